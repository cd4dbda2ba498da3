package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.apply.FieldManager;
import io.kubejar.apimachinery.apply.FieldSet;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.meta.v1.ManagedFieldsEntry;
import io.kubejar.apimachinery.schema.Schemas;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Keeps managedFields for all kinds whose schema is known.
public final class FieldManagers implements FieldTracking {
  private record Name(GroupVersionKind kind, String subresource) {}

  private final Function<ResourceType<?>, Optional<FieldManager>> kinds;
  private final Map<Name, Optional<FieldManager>> managers = new ConcurrentHashMap<>();

  /// For the built-in kinds.
  public FieldManagers(InstantSource clock) {
    this(
        type ->
            Schemas.of(type.gvk()).map(schema -> FieldManager.forType(type.gvk(), schema, clock)));
  }

  /// @param kinds the manager of writes to the main resource of a kind
  public FieldManagers(Function<ResourceType<?>, Optional<FieldManager>> kinds) {
    this.kinds = kinds;
  }

  @Override
  public <T extends KubernetesObject> T update(
      ResourceType<T> type, Optional<T> live, T updated, String manager, String subresource) {
    var keeper = manager(type, subresource);
    if (keeper.isEmpty()) {
      return updated;
    }
    var before = live.map(object -> tree(type, object)).orElse(JsonObject.EMPTY);
    var after = keeper.get().update(before, tree(type, updated), manager);
    return withEntries(updated, after);
  }

  @Override
  public <T extends KubernetesObject> T apply(
      ResourceType<T> type, Optional<T> live, JsonObject config, Application application) {
    var keeper =
        manager(type, application.subresource())
            .orElseThrow(() -> ApiException.unsupportedMediaType("apply is not supported here"));
    var before = live.map(object -> tree(type, object)).orElse(JsonObject.EMPTY);
    var result = keeper.apply(before, config, application.manager(), application.force()).orThrow();
    T object = type.codec().fromTree(result);
    return live.isPresent() ? withoutNews(object, live.get()) : object;
  }

  /// If nothing but times would change, nothing changes.
  @SuppressWarnings("unchecked") // withMetadata gives the object's own type.
  private static <T extends KubernetesObject> T withoutNews(T applied, T live) {
    boolean same =
        withoutTimes(applied.metadata().managedFields())
            .equals(withoutTimes(live.metadata().managedFields()));
    return same
        ? (T)
            applied.withMetadata(
                applied.metadata().withManagedFields(live.metadata().managedFields()))
        : applied;
  }

  private static List<ManagedFieldsEntry> withoutTimes(List<ManagedFieldsEntry> entries) {
    return entries.stream().map(entry -> entry.withTime(null)).toList();
  }

  private Optional<FieldManager> manager(ResourceType<?> type, String subresource) {
    return managers.computeIfAbsent(
        new Name(type.gvk(), subresource), name -> make(type, name.subresource));
  }

  private Optional<FieldManager> make(ResourceType<?> type, String subresource) {
    return kinds
        .apply(type)
        .map(
            manager -> {
              if (subresource.equals("status")) {
                return manager.resetting(FieldSet.ofFields("spec")).forSubresource(subresource);
              }
              boolean hasStatus = type.subresource("status").isPresent();
              var main = hasStatus ? manager.resetting(FieldSet.ofFields("status")) : manager;
              return subresource.isEmpty() ? main : main.forSubresource(subresource);
            });
  }

  private static <T extends KubernetesObject> JsonObject tree(ResourceType<T> type, T object) {
    return (JsonObject) type.codec().toTree(object);
  }

  @SuppressWarnings("unchecked") // withMetadata gives the object's own type.
  private static <T extends KubernetesObject> T withEntries(T object, JsonObject tracked) {
    var entries =
        tracked.object("metadata").list("managedFields").stream()
            .map(ManagedFieldsEntry.CODEC::fromTree)
            .toList();
    return (T) object.withMetadata(object.metadata().withManagedFields(entries));
  }
}

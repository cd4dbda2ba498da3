package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.apply.FieldManager;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.meta.v1.ManagedFieldsEntry;
import io.kubejar.apiserver.conversion.Conversion;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/// Keeps managedFields for writes in one version of a kind, all of whose versions have schemas.
final class VersionTracker<V extends KubernetesObject, T extends KubernetesObject>
    implements Tracker<T> {
  private final Conversion<V, T> version;
  private final FieldManager main;
  private final UnaryOperator<V> defaults;
  private final Map<String, FieldManager> managers = new ConcurrentHashMap<>();

  /// @param main the manager of writes to the main resource
  /// @param defaults fills in what an applied configuration leaves out
  VersionTracker(Conversion<V, T> version, FieldManager main, UnaryOperator<V> defaults) {
    this.version = version;
    this.main = main;
    this.defaults = defaults;
  }

  @Override
  public T update(Optional<T> live, T updated, String manager, String subresource)
      throws InterruptedException {
    var keeper = manager(subresource);
    var before = tree(live);
    var after = keeper.update(before, tree(version, updated), manager);
    return withEntries(updated, after);
  }

  @Override
  public T apply(Optional<T> live, JsonObject config, Application application)
      throws InterruptedException {
    var keeper = manager(application.subresource());
    var before = tree(live);
    var result = keeper.apply(before, config, application.manager(), application.force()).orThrow();
    return version.toStored(defaults.apply(read(result)));
  }

  /// Not all that merges has the form of the type: numbers too large, for instance.
  private V read(JsonObject merged) {
    try {
      return version.served().codec().fromTree(merged);
    } catch (JsonFormatException wrong) {
      throw ApiException.unexplained(
          "failed to convert new object ("
              + merged.object("metadata").text("namespace")
              + "/"
              + merged.object("metadata").text("name")
              + "; "
              + version.served().gvk()
              + ") to proper version: "
              + wrong.getMessage());
    }
  }

  private JsonObject tree(Optional<T> live) throws InterruptedException {
    return live.isPresent() ? tree(version, live.get()) : JsonObject.EMPTY;
  }

  private FieldManager manager(String subresource) {
    return managers.computeIfAbsent(subresource, this::make);
  }

  private FieldManager make(String subresource) {
    var keeper = main.resetting(LeftAlone.by(version.served(), subresource));
    return subresource.isEmpty() ? keeper : keeper.forSubresource(subresource);
  }

  /// An object's tree in a version, which it names: trees of several versions meet in the managers.
  static <V extends KubernetesObject, T extends KubernetesObject> JsonObject tree(
      Conversion<V, T> version, T object) throws InterruptedException {
    var type = version.served();
    var tree = (JsonObject) type.codec().toTree(version.toServed(object));
    return tree.with("apiVersion", new JsonString(type.gvk().apiVersion()))
        .with("kind", new JsonString(type.gvk().kind()));
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

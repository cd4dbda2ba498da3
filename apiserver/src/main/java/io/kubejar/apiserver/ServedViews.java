package io.kubejar.apiserver;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.schema.Schemas;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apiserver.admission.webhooks.EquivalentTypes;
import io.kubejar.apiserver.admission.webhooks.ObjectViews;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.apiserver.verbs.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How admission sees objects, by the rules of whatever is served at the moment. Types are the same
/// objects in other versions if these are stored under the same keys.
final class ServedViews implements ObjectViews, EquivalentTypes {
  private final Resources resources;
  private volatile Known known = new Known(-1, Map.of());

  private record Known(long generation, Map<String, List<ResourceType<?>>> byPrefix) {}

  ServedViews(Resources resources) {
    this.resources = resources;
  }

  @Override
  public Scale scale(KubernetesObject object, ResourceType<?> type) {
    return scale(resources.of(type), object);
  }

  private static <T extends KubernetesObject> Scale scale(
      ResourceVerbs<T> verbs, KubernetesObject object) {
    return verbs.strategy().scale(verbs.type().type().cast(object));
  }

  @Override
  public KubernetesObject withReplicas(
      KubernetesObject object, ResourceType<?> type, int replicas) {
    return withReplicas(resources.of(type), object, replicas);
  }

  private static <T extends KubernetesObject> T withReplicas(
      ResourceVerbs<T> verbs, KubernetesObject object, int replicas) {
    return verbs.strategy().withReplicas(verbs.type().type().cast(object), replicas);
  }

  /// Built-in types have a schema for each version, custom ones a strategy for each.
  @Override
  public Optional<TypeSchema> schema(ResourceType<?> type) {
    return Schemas.of(type.gvk())
        .<TypeSchema>map(known -> known)
        .or(() -> resources.find(type.gvr()).flatMap(verbs -> verbs.strategy().schema()));
  }

  @Override
  public KubernetesObject defaulted(KubernetesObject object, ResourceType<?> type) {
    return defaulted(resources.of(type), object);
  }

  private static <T extends KubernetesObject> T defaulted(
      ResourceVerbs<T> verbs, KubernetesObject object) {
    return verbs.defaulted(verbs.type().type().cast(object));
  }

  @Override
  public List<ResourceType<?>> of(ResourceType<?> type) {
    var found = resources.find(type.gvr());
    if (found.isEmpty()) {
      return List.of();
    }
    var prefix = found.get().storage().map(Registry::storagePrefix).orElse("");
    return byPrefix().getOrDefault(prefix, List.of()).stream()
        .filter(each -> !each.equals(type))
        .toList();
  }

  private Map<String, List<ResourceType<?>>> byPrefix() {
    var served = resources.served();
    var last = known;
    if (last.generation() != served.generation()) {
      var fresh = new HashMap<String, List<ResourceType<?>>>();
      for (var verbs : served.all()) {
        verbs
            .storage()
            .map(Registry::storagePrefix)
            .ifPresent(
                prefix -> fresh.computeIfAbsent(prefix, _ -> new ArrayList<>()).add(verbs.type()));
      }
      last = new Known(served.generation(), fresh);
      known = last;
    }
    return last.byPrefix();
  }

  @Override
  public KubernetesObject convert(KubernetesObject object, ResourceType<?> from, ResourceType<?> to)
      throws InterruptedException {
    return convert(object, resources.of(from), resources.of(to));
  }

  private static <S extends KubernetesObject, T extends KubernetesObject> T convert(
      KubernetesObject object, ResourceVerbs<S> from, ResourceVerbs<T> to)
      throws InterruptedException {
    var stored = from.toStored(from.type().type().cast(object));
    return to.fromStored(stored, from.storage().orElseThrow());
  }
}

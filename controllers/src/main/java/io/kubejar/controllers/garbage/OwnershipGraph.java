package io.kubejar.controllers.garbage;

import io.kubejar.api.BuiltInResources;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.client.Informer;
import io.kubejar.client.Informers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who owns whom, as the caches show it.
final class OwnershipGraph {
  /// Events come and go in masses and are owned by nobody; the rest are the same objects under
  /// another group.
  private static final Set<String> IGNORED = Set.of("events", "events.events.k8s.io");

  private final Map<String, Watched<?>> watched = new LinkedHashMap<>();

  OwnershipGraph(Informers informers) {
    for (var type : BuiltInResources.all()) {
      var name = type.groupResource().toString();
      if (type.allows("list")
          && type.allows("watch")
          && type.allows("delete")
          && !IGNORED.contains(name)
          && !watched.containsKey(name)) {
        watched.put(name, Watched.of(type, informers));
      }
    }
  }

  List<Watched<?>> all() {
    return List.copyOf(watched.values());
  }

  /// The kind that an owner reference names; empty if it is not one of ours.
  Optional<Watched<?>> kind(String apiVersion, String kind) {
    return BuiltInResources.find(GroupVersionKind.parse(apiVersion, kind))
        .map(type -> watched.get(type.groupResource().toString()));
  }

  List<Dependent<?>> dependents(String ownerUid) {
    var all = new ArrayList<Dependent<?>>();
    watched.values().forEach(each -> each.addDependents(ownerUid, all));
    return all;
  }

  /// Where the owner that a reference names must be: beside the object, or in no namespace at all.
  static Optional<ObjectKey> ownerKey(
      KubernetesObject object, ResourceType<?> ownerType, OwnerReference reference) {
    if (!ownerType.namespaced()) {
      return Optional.of(ObjectKey.clusterScoped(reference.name()));
    }
    var namespace = object.metadata().namespace();
    return namespace.isEmpty()
        ? Optional.empty()
        : Optional.of(new ObjectKey(namespace, reference.name()));
  }

  /// A kind and its cache.
  record Watched<T extends KubernetesObject>(ResourceType<T> type, Informer<T> informer) {
    static <T extends KubernetesObject> Watched<T> of(ResourceType<T> type, Informers informers) {
      return new Watched<>(type, informers.informer(type));
    }

    void addDependents(String ownerUid, List<Dependent<?>> all) {
      for (var object : informer.byIndex(Informer.BY_OWNER, ownerUid)) {
        all.add(new Dependent<>(type, object));
      }
    }
  }

  /// An object that names an owner.
  record Dependent<T extends KubernetesObject>(ResourceType<T> type, T object) {
    Item<T> item() {
      return new Item<>(type, ObjectKey.of(object));
    }

    /// Whether an owner that is deleted in the foreground has to wait for it.
    boolean blocks(String ownerUid) {
      return object.metadata().ownerReferences().stream()
          .anyMatch(
              reference ->
                  reference.uid().equals(ownerUid)
                      && Boolean.TRUE.equals(reference.blockOwnerDeletion()));
    }
  }
}

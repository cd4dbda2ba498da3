package io.kubejar.controllers.garbage;

import io.kubejar.api.BuiltInResources;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.client.CustomKinds;
import io.kubejar.client.Informer;
import io.kubejar.client.Informers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Who owns whom, as the caches show it.
final class OwnershipGraph {
  /// Events come and go in masses and are owned by nobody; the rest are the same objects under
  /// another group.
  private static final Set<String> IGNORED = Set.of("events", "events.events.k8s.io");

  /// Upstream's patience with kinds whose objects cannot be listed: they must not stop the rest.
  private static final Duration FIRST_LIST = Duration.ofSeconds(30);

  private final Map<String, Watched<?>> watched = new ConcurrentHashMap<>();

  /// Objects with owners of kinds that were not known when they were looked at.
  private final Map<String, Set<Item<?>>> strangers = new ConcurrentHashMap<>();

  private final Informers informers;
  private final CustomKinds custom;
  private final Clock clock;
  private final Runnable onReady;

  /// @param onReady told whenever [#ready] may have changed
  OwnershipGraph(Informers informers, Clock clock, Runnable onReady) {
    this.informers = informers;
    this.clock = clock;
    this.onReady = onReady;
    custom = CustomKinds.of(informers);
    custom.onSynced(onReady);
  }

  /// Watches all kinds, built-in ones first, and custom ones as they come.
  ///
  /// @param onKind told of every kind that is watched from now on
  /// @param again told of every object whose owner's kind was not known before
  void watch(Consumer<Watched<?>> onKind, Consumer<Item<?>> again) {
    for (var type : BuiltInResources.all()) {
      var name = type.groupResource().toString();
      if (type.allows("list")
          && type.allows("watch")
          && type.allows("delete")
          && !IGNORED.contains(name)
          && !watched.containsKey(name)) {
        watch(type, onKind);
      }
    }
    custom.listen(
        new CustomKinds.Listener() {
          @Override
          public void onServed(ResourceType<Unstructured> type) {
            watch(type, onKind);
            var waiting = strangers.remove(kindName(type.gvk().group(), type.gvk().kind()));
            if (waiting != null) {
              waiting.forEach(again);
            }
          }

          @Override
          public void onGone(ResourceType<Unstructured> type) {
            watched.remove(type.groupResource().toString());
            informers.forget(type);
          }
        });
  }

  private void watch(ResourceType<?> type, Consumer<Watched<?>> onKind) {
    var kind = Watched.of(type, informers, clock.instant().plus(FIRST_LIST));
    watched.put(type.groupResource().toString(), kind);
    kind.informer.onSynced(onReady);
    if (!type.codec().typed()) {
      clock.schedule(FIRST_LIST.plusSeconds(1), onReady);
    }
    onKind.accept(kind);
  }

  /// Whether dependents can be found.
  boolean ready() {
    var now = clock.instant();
    return custom.synced()
        && watched.values().stream()
            .allMatch(
                kind ->
                    kind.informer.synced()
                        || (!kind.type.codec().typed() && now.isAfter(kind.patience)));
  }

  /// Remembers an object with an owner of a kind that is not known, or not yet.
  void awaitKind(OwnerReference reference, Item<?> item) {
    var owner = GroupVersionKind.parse(reference.apiVersion(), reference.kind());
    strangers
        .computeIfAbsent(kindName(owner.group(), owner.kind()), _ -> ConcurrentHashMap.newKeySet())
        .add(item);
  }

  private static String kindName(String group, String kind) {
    return kind + "." + group;
  }

  /// The kind that an owner reference names; empty if it is not one of ours.
  Optional<Watched<?>> kind(String apiVersion, String kind) {
    var named = GroupVersionKind.parse(apiVersion, kind);
    return BuiltInResources.find(named)
        .or(() -> custom.find(named.group(), named.kind()).map(type -> type))
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
  ///
  /// @param patience until when the others wait for its first list
  record Watched<T extends KubernetesObject>(
      ResourceType<T> type, Informer<T> informer, Instant patience) {
    static <T extends KubernetesObject> Watched<T> of(
        ResourceType<T> type, Informers informers, Instant patience) {
      return new Watched<>(type, informers.informer(type), patience);
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

    /// Whether it is itself being deleted in the foreground.
    boolean waits() {
      var metadata = object.metadata();
      return metadata.deletionTimestamp() != null
          && metadata.finalizers().contains(OwnerVerdict.FOREGROUND);
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

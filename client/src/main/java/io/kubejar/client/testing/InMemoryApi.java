package io.kubejar.client.testing;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ObjectList;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Patch;
import io.kubejar.client.Watch;
import io.kubejar.client.WatchOptions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/// Objects in memory behind the [Client] interface. Names, UIDs and revisions are counted up, so
/// that the same calls give the same objects. Safe for use by many threads.
public final class InMemoryApi implements Client {
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<Place, KubernetesObject> objects = new TreeMap<>();
  private final ChangeLog log = new ChangeLog(lock);
  private final List<String> writes = new ArrayList<>();
  private long made;

  public InMemoryApi(InstantSource clock) {
    this.clock = clock;
  }

  /// Every write that was carried out, as `verb resource namespace/name`, oldest first.
  public List<String> writes() {
    lock.lock();
    try {
      return List.copyOf(writes);
    } finally {
      lock.unlock();
    }
  }

  /// Forgets the history, so that every watch from before must list again.
  public void compact() {
    log.compact();
  }

  /// Ends all open watches, as a lost connection does.
  public void dropWatches() {
    log.dropWatches();
  }

  @Override
  public <T extends KubernetesObject> T get(ResourceType<T> type, ObjectKey key) {
    lock.lock();
    try {
      var found = objects.get(Place.of(type, key));
      if (found == null) {
        throw ApiException.notFound(type.groupResource(), key.name());
      }
      return type.type().cast(found);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public <T extends KubernetesObject> ObjectList<T> list(
      ResourceType<T> type, ListOptions options) {
    var selection = Selection.of(type, options);
    lock.lock();
    try {
      var items =
          objects.entrySet().stream()
              .filter(entry -> entry.getKey().resource().equals(Place.resource(type)))
              .map(entry -> type.type().cast(entry.getValue()))
              .filter(selection::covers)
              .toList();
      return ObjectList.of(Long.toString(log.revision()), items);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public <T extends KubernetesObject> Watch<T> watch(ResourceType<T> type, WatchOptions options) {
    if (options.sendInitialEvents()) {
      throw ApiException.invalid("", "ListOptions", "", List.of());
    }
    long from = options.resourceVersion().isEmpty() ? 0 : Long.parseLong(options.resourceVersion());
    return log.watch(type, Selection.of(type, options), from == 0 ? log.revision() : from);
  }

  @Override
  public <T extends KubernetesObject> T create(ResourceType<T> type, T object) {
    lock.lock();
    try {
      long number = ++made;
      var metadata = object.metadata();
      var name =
          metadata.name().isEmpty()
              ? metadata.generateName() + Long.toString(number + 46_655, 36)
              : metadata.name();
      var place = Place.of(type, new ObjectKey(metadata.namespace(), name));
      if (objects.containsKey(place)) {
        throw ApiException.alreadyExists(type.groupResource(), name);
      }
      var stored =
          metadata.toBuilder()
              .name(name)
              .uid(new UUID(0, number).toString())
              .creationTimestamp(clock.instant())
              .generation(1)
              .build();
      return store("create", type, Trees.created(type, Trees.with(type, object, stored)));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public <T extends KubernetesObject> T update(ResourceType<T> type, T object) {
    return updateSubresource(type, object, "");
  }

  @Override
  public <T extends KubernetesObject> T updateSubresource(
      ResourceType<T> type, T object, String subresource) {
    lock.lock();
    try {
      var before = get(type, ObjectKey.of(object));
      var wanted = object.metadata();
      var known = before.metadata();
      if (!wanted.uid().isEmpty() && !wanted.uid().equals(known.uid())) {
        throw ApiException.conflict(
            type.groupResource(), known.name(), "Precondition failed: UID in precondition differs");
      }
      if (!wanted.resourceVersion().isEmpty()
          && !wanted.resourceVersion().equals(known.resourceVersion())) {
        throw ApiException.modified(type.groupResource(), known.name());
      }
      return replace(type, before, Trees.updated(type, before, object, subresource), subresource);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public <T extends KubernetesObject> T patch(ResourceType<T> type, ObjectKey key, Patch patch) {
    lock.lock();
    try {
      var before = get(type, key);
      var patched = Trees.patched(type, before, patch);
      var version = patched.metadata().resourceVersion();
      if (!version.equals(before.metadata().resourceVersion())) {
        throw ApiException.modified(type.groupResource(), key.name());
      }
      if (!patched.metadata().uid().equals(before.metadata().uid())) {
        throw ApiException.conflict(
            type.groupResource(), key.name(), "Precondition failed: UID in precondition differs");
      }
      return replace(
          type,
          before,
          Trees.updated(type, before, patched, patch.subresource()),
          patch.subresource());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public <T extends KubernetesObject> Optional<T> delete(
      ResourceType<T> type, ObjectKey key, DeleteOptions options) {
    lock.lock();
    try {
      var object = get(type, key);
      checkPreconditions(type, object, options);
      var marked = Deletions.marked(object, options, clock.instant());
      if (marked.isEmpty()) {
        remove(type, object);
        return Optional.empty();
      }
      var metadata = marked.get();
      if (metadata.equals(object.metadata())) {
        return Optional.of(object);
      }
      return Optional.of(store("delete", type, Trees.with(type, object, metadata)));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public <T extends KubernetesObject> void deleteCollection(
      ResourceType<T> type, ListOptions selection, DeleteOptions options) {
    for (var object : list(type, selection).items()) {
      delete(type, ObjectKey.of(object), options);
    }
  }

  /// Every object with a number at `spec.replicas` has a scale here.
  @Override
  public Scale scale(ResourceType<?> type, ObjectKey key) {
    return Trees.scale(type, get(type, key))
        .orElseThrow(() -> ApiException.notFound(type.groupResource(), key.name()));
  }

  @Override
  public <B extends KubernetesObject, R> R createSubresource(
      ResourceType<?> type, ObjectKey key, String subresource, B body, Codec<R> answer) {
    lock.lock();
    try {
      if (type.equals(Pod.RESOURCE) && body instanceof io.kubejar.api.core.v1.Binding binding) {
        var pod = get(Pod.RESOURCE, key);
        if (!pod.spec().nodeName().isEmpty()) {
          throw ApiException.conflict(
              type.groupResource(), key.name(), "pod is already assigned to a node");
        }
        update(Pod.RESOURCE, pod.withSpec(pod.spec().withNodeName(binding.target().name())));
        return answer.fromJson("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
      throw ApiException.methodNotAllowed(type.groupResource(), "create " + subresource);
    } finally {
      lock.unlock();
    }
  }

  private <T extends KubernetesObject> T replace(
      ResourceType<T> type, T before, T after, String subresource) {
    if (after.equals(before)) {
      return before; // Writing the same again is no write.
    }
    var metadata = after.metadata();
    boolean lingers =
        !metadata.finalizers().isEmpty()
            || Objects.requireNonNullElse(metadata.deletionGracePeriodSeconds(), 0L) > 0
            || Trees.hasFinalizersInSpec(type, after);
    if (metadata.deletionTimestamp() != null && !lingers) {
      remove(type, after);
      return after;
    }
    return store(subresource.isEmpty() ? "update" : "update " + subresource, type, after);
  }

  private <T extends KubernetesObject> T store(String verb, ResourceType<T> type, T object) {
    long revision = log.nextRevision();
    var stored =
        Trees.with(type, object, object.metadata().withResourceVersion(Long.toString(revision)));
    var place = Place.of(type, ObjectKey.of(stored));
    var before = objects.put(place, stored);
    writes.add(verb + " " + type + " " + ObjectKey.of(stored));
    log.changed(type, before, stored);
    return stored;
  }

  private <T extends KubernetesObject> void remove(ResourceType<T> type, T object) {
    long revision = log.nextRevision();
    var last =
        Trees.with(type, object, object.metadata().withResourceVersion(Long.toString(revision)));
    var before = objects.remove(Place.of(type, ObjectKey.of(object)));
    writes.add("remove " + type + " " + ObjectKey.of(object));
    log.removed(type, Objects.requireNonNullElse(before, last), last);
  }

  private static void checkPreconditions(
      ResourceType<?> type, KubernetesObject object, DeleteOptions options) {
    var wanted = options.preconditions();
    if (wanted == null) {
      return;
    }
    var metadata = object.metadata();
    boolean sameUid = wanted.uid() == null || wanted.uid().equals(metadata.uid());
    boolean sameVersion =
        wanted.resourceVersion() == null
            || wanted.resourceVersion().equals(metadata.resourceVersion());
    if (!sameUid || !sameVersion) {
      throw ApiException.conflict(
          type.groupResource(), metadata.name(), "Precondition failed: the object differs");
    }
  }

  /// Where an object is kept.
  private record Place(String resource, ObjectKey key) implements Comparable<Place> {
    static Place of(ResourceType<?> type, ObjectKey key) {
      return new Place(resource(type), key);
    }

    static String resource(ResourceType<?> type) {
      return type.groupResource().toString();
    }

    @Override
    public int compareTo(Place other) {
      int byResource = resource.compareTo(other.resource);
      return byResource != 0 ? byResource : key.compareTo(other.key);
    }
  }
}

package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.storage.Entry;
import io.kubejar.storage.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One cache as the feed sees it: first it waits and collects changes, then it is filled with the
/// state at a revision, and from then on takes the changes after that revision.
final class FeedTarget<T extends KubernetesObject> {
  private static final Logger log = LoggerFactory.getLogger(FeedTarget.class);

  /// How many changes are kept for a cache that is being filled; beyond, it is read once more.
  private static final int COLLECTED_MAX = 100_000;

  private final String prefix;
  private final ResourceType<T> type;
  private final ResourceCache<T> cache;
  private final CacheFeed.Decoder<T> decoder;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable List<Event> collected = new ArrayList<>();
  private final LongAdder events = new LongAdder();
  private final LongAdder fillings = new LongAdder();
  private long lost;
  private long loadedAt;

  FeedTarget(
      String prefix, ResourceType<T> type, ResourceCache<T> cache, CacheFeed.Decoder<T> decoder) {
    this.prefix = prefix;
    this.type = type;
    this.cache = cache;
    this.decoder = decoder;
  }

  GroupResource resource() {
    return new GroupResource(type.gvr().group(), type.gvr().resource());
  }

  FeedMetrics.Count count() {
    return new FeedMetrics.Count(
        events.sum(),
        fillings.sum(),
        cache.terminated(),
        cache.initialItems(),
        cache.bytes(),
        cache.kept());
  }

  ResourceCache<T> cache() {
    return cache;
  }

  /// Whether it has not been filled yet.
  boolean waits() {
    lock.lock();
    try {
      return collected != null;
    } finally {
      lock.unlock();
    }
  }

  /// Takes the state at a revision, unless changes after it were lost.
  void load(List<Entry> entries, long revision) {
    var objects = new ArrayList<Stored<T>>(entries.size());
    entries.forEach(entry -> addReadable(objects, entry));
    lock.lock();
    try {
      if (lost > revision) {
        return;
      }
      cache.reset(objects, revision);
      fillings.increment();
      loadedAt = revision;
      var missed = collected == null ? List.<Event>of() : collected;
      collected = null;
      missed.forEach(event -> take(event, null));
    } finally {
      lock.unlock();
    }
  }

  private void addReadable(List<Stored<T>> objects, Entry entry) {
    try {
      objects.add(stored(entry, null));
    } catch (RuntimeException unreadable) {
      tell(entry.key(), entry.modRevision(), unreadable);
    }
  }

  void apply(Event event, CacheFeed.@Nullable Written known) {
    events.increment();
    lock.lock();
    try {
      if (collected == null) {
        take(event, known);
      } else if (collected.size() < COLLECTED_MAX) {
        collected.add(event);
      } else {
        lost = event.revision();
        collected.clear();
      }
    } finally {
      lock.unlock();
    }
  }

  private void take(Event event, CacheFeed.@Nullable Written known) {
    if (event.revision() <= loadedAt) {
      return; // The state that was read shows it already.
    }
    switch (event) {
      case Event.Put(var entry, _) -> {
        try {
          cache.put(stored(entry, known));
        } catch (RuntimeException unreadable) {
          tell(entry.key(), event.revision(), unreadable);
        }
      }
      case Event.Deleted(var key, var at, _) -> cache.delete(key.substring(prefix.length()), at);
    }
  }

  /// One object that nobody can read must not stop the others; it stays what it was.
  private static void tell(String key, long revision, RuntimeException unreadable) {
    log.error("Cannot decode what is stored. key={} revision={}", key, revision, unreadable);
  }

  private Stored<T> stored(Entry entry, CacheFeed.@Nullable Written written) {
    var path = entry.key().substring(prefix.length());
    long revision = entry.modRevision();
    if (written != null && isOurs(written.object()) && written.value().equals(entry.value())) {
      return new Stored<>(
          path,
          type.type().cast(withRevision(written.object(), revision)),
          revision,
          entry.value().size());
    }
    return decoder.isSlow(entry.value())
        ? Stored.slow(path, entry.value(), revision, decoder)
        : new Stored<>(
            path, decoder.decode(entry.value(), revision), revision, entry.value().size());
  }

  /// Versions of a custom resource have one class, so the class alone does not tell.
  private boolean isOurs(KubernetesObject object) {
    return type.type().isInstance(object) && object.apiVersion().equals(type.gvk().apiVersion());
  }

  private static KubernetesObject withRevision(KubernetesObject object, long revision) {
    return object.withMetadata(object.metadata().withResourceVersion(Long.toString(revision)));
  }
}

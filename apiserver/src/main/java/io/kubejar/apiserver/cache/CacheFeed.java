package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.storage.CompactedException;
import io.kubejar.storage.Entry;
import io.kubejar.storage.Event;
import io.kubejar.storage.RangeRequest;
import io.kubejar.storage.Store;
import io.kubejar.storage.StoreException;
import io.kubejar.storage.Value;
import io.kubejar.storage.Watch;
import io.kubejar.storage.WatchListener;
import io.kubejar.storage.WatchRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps all caches current: one watch over everything below a prefix, so that one revision tells
/// how far all of them are.
public final class CacheFeed implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CacheFeed.class);
  private static final int PAGE = 5_000;

  /// Makes a record of what is stored.
  @FunctionalInterface
  public interface Decoder<T extends KubernetesObject> {
    /// The object, with this resourceVersion.
    T decode(Value value, long revision);

    /// Whether [#isSlow] is ever true.
    default boolean maySlowDown() {
      return false;
    }

    /// Whether decoding this may take so long that the feed must leave it to the readers.
    default boolean isSlow(Value value) {
      return false;
    }

    /// Several objects at once, in their order.
    default List<T> decodeAll(List<Value> values, List<Long> revisions) {
      var objects = new ArrayList<T>();
      for (int i = 0; i < values.size(); i++) {
        objects.add(decode(values.get(i), revisions.get(i)));
      }
      return objects;
    }
  }

  /// An object on its way into the store: it need not be decoded when it comes back.
  record Written(Value value, KubernetesObject object) {}

  private final Store store;
  private final String root;
  private final InstantSource clock;
  private final ReadMetrics reads;
  private final ReentrantLock filling = new ReentrantLock();
  private volatile Map<String, List<FeedTarget<?>>> targets = Map.of();
  private final Map<String, Written> written = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progressed = lock.newCondition();
  private volatile long revision;
  private final AtomicLong compacted = new AtomicLong();
  private volatile boolean broken;
  private volatile Runnable lost = () -> {};
  private volatile boolean closed;
  private @Nullable Watch watch;

  /// @param root how all keys begin that belong to this server
  public CacheFeed(Store store, String root, InstantSource clock, ReadMetrics reads) {
    this.store = store;
    this.root = root;
    this.clock = clock;
    this.reads = reads;
  }

  /// Where reads of the caches are counted.
  public ReadMetrics reads() {
    return reads;
  }

  /// Adds the cache of a resource whose keys begin with this prefix, which ends with a slash. It is
  /// empty until [#start] or [#fill]. A resource served in several versions has a cache for each.
  public <T extends KubernetesObject> ResourceCache<T> add(
      String prefix, ResourceType<T> type, Decoder<T> decoder) {
    var cache =
        new ResourceCache<T>(this::revision, decoder.maySlowDown(), type.namespaced(), clock);
    var target = new FeedTarget<>(prefix, type, cache, decoder);
    lock.lock();
    try {
      var changed = new LinkedHashMap<>(targets);
      var together = new ArrayList<>(changed.getOrDefault(prefix, List.of()));
      together.add(target);
      changed.put(prefix, List.copyOf(together));
      targets = changed; // Readers see either map whole; nobody changes one they can see.
    } finally {
      lock.unlock();
    }
    return cache;
  }

  /// Stops keeping a cache and ends its watches.
  public void remove(ResourceCache<?> cache) {
    lock.lock();
    try {
      var changed = new LinkedHashMap<String, List<FeedTarget<?>>>();
      targets.forEach(
          (prefix, together) -> {
            var left = together.stream().filter(target -> target.cache() != cache).toList();
            if (!left.isEmpty()) {
              changed.put(prefix, left);
            }
          });
      targets = changed;
    } finally {
      lock.unlock();
    }
    cache.close();
  }

  /// Runs the action whenever the store is lost and the caches must be started anew.
  public void onLost(Runnable action) {
    lost = action;
  }

  /// Fills all caches and follows the store from then on.
  public void start() throws InterruptedException {
    filling.lockInterruptibly();
    try {
      long at = store.revision();
      for (var resource : targets.entrySet()) {
        var entries = read(resource.getKey(), at);
        resource.getValue().forEach(target -> target.load(entries, at));
      }
      broken = false;
      advance(at);
      watch = store.watch(new WatchRequest(root, at + 1, false), new Listener());
    } finally {
      filling.unlock();
    }
  }

  /// Reads everything anew soon, as after a loss of the store: what could not be decrypted perhaps
  /// can be now. Watches of clients end.
  public void beginAnew() {
    var following = watch;
    if (following != null) {
      following.close();
    }
    broken = true;
    lost.run();
  }

  /// Fills the caches that were added since the start. Each is read at a revision and goes on with
  /// the changes after it, which the one watch has collected meanwhile; the others are not
  /// disturbed.
  public void fill() throws InterruptedException {
    filling.lockInterruptibly();
    try {
      for (var resource : targets.entrySet()) {
        var waiting = resource.getValue().stream().filter(FeedTarget::waits).toList();
        while (waiting.stream().anyMatch(FeedTarget::waits)) {
          fill(resource.getKey(), waiting);
        }
      }
    } finally {
      filling.unlock();
    }
  }

  private void fill(String prefix, List<FeedTarget<?>> waiting) throws InterruptedException {
    try {
      long at = store.revision();
      var entries = read(prefix, at);
      waiting.forEach(target -> target.load(entries, at));
    } catch (CompactedException _) {
      log.debug("Compacted while a cache was filled, reading again. prefix={}", prefix);
    }
  }

  private List<Entry> read(String prefix, long at) throws InterruptedException {
    var entries = new ArrayList<Entry>();
    var request = RangeRequest.prefix(prefix).withAtRevision(at).withLimit(PAGE);
    var page = store.range(request);
    entries.addAll(page.entries());
    while (page.more()) {
      page = store.range(request.withStartAfter(page.entries().getLast().key()));
      entries.addAll(page.entries());
    }
    return entries;
  }

  /// What came to the cache of each resource, however many versions it is served in.
  Map<GroupResource, FeedMetrics.Count> counts() {
    var counts = new LinkedHashMap<GroupResource, FeedMetrics.Count>();
    for (var together : targets.values()) {
      for (var target : together) {
        counts.merge(target.resource(), target.count(), FeedMetrics.Count::withVersion);
      }
    }
    return counts;
  }

  /// Takes note that the store has forgotten what was before a revision: lists at older ones are
  /// not answered from memory any more either.
  public void compacted(long before) {
    compacted.accumulateAndGet(before, Math::max);
  }

  /// The revision before which the store has forgotten everything, as far as is known here.
  public long compacted() {
    return compacted.get();
  }

  /// The revision up to which all caches are current.
  public long revision() {
    return revision;
  }

  /// Whether the feed follows the store; false after a failure, until [#start] is called again.
  public boolean healthy() {
    return !broken && !closed && revision > 0;
  }

  /// Waits until the caches show everything up to this revision. False if that takes longer than
  /// the patience.
  ///
  /// @param resource what is to be read
  public boolean await(GroupResource resource, long wanted, long patienceMs)
      throws InterruptedException {
    if (revision >= wanted) {
      return true;
    }
    var began = clock.instant();
    try {
      return awaitProgress(wanted, patienceMs);
    } finally {
      reads.waited(resource, Duration.between(began, clock.instant()));
    }
  }

  private boolean awaitProgress(long wanted, long patienceMs) throws InterruptedException {
    var following = watch;
    if (following != null) {
      following.requestProgress();
    }
    lock.lockInterruptibly();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(patienceMs);
      while (revision < wanted && left > 0 && !closed) {
        left = progressed.awaitNanos(left);
      }
      return revision >= wanted;
    } finally {
      lock.unlock();
    }
  }

  /// Remembers an object that is about to be written, so that it is shared instead of decoded.
  public void announce(String key, Value value, KubernetesObject object) {
    written.put(key, new Written(value, object));
  }

  /// Forgets an announcement: the write did not happen.
  public void withdraw(String key) {
    written.remove(key);
  }

  @Override
  public void close() {
    closed = true;
    var following = watch;
    if (following != null) {
      following.close();
    }
    for (var versions : targets.values()) {
      versions.forEach(target -> target.cache().close());
    }
    signal();
  }

  private void apply(List<Event> events, long upTo) {
    for (var event : events) {
      var known = written.remove(event.key());
      targetsOf(event.key()).forEach(target -> target.apply(event, known));
    }
    advance(upTo);
  }

  /// The targets whose prefix the key has. Prefixes have one or two segments below the root.
  private List<FeedTarget<?>> targetsOf(String key) {
    var known = targets;
    int slash = key.indexOf('/', root.length());
    for (int i = 0; i < 2 && slash > 0; i++) {
      var found = known.get(key.substring(0, slash + 1));
      if (found != null) {
        return found;
      }
      slash = key.indexOf('/', slash + 1);
    }
    return List.of();
  }

  private void advance(long upTo) {
    revision = Math.max(revision, upTo); // One thread at a time delivers.
    signal();
  }

  private void signal() {
    lock.lock();
    try {
      progressed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private final class Listener implements WatchListener {
    @Override
    public void onEvents(List<Event> events, long upTo) {
      apply(events, upTo);
    }

    @Override
    public void onProgress(long upTo) {
      advance(upTo);
    }

    @Override
    public void onError(StoreException error) {
      broken = true;
      lost.run();
      if (error instanceof CompactedException) {
        log.warn(
            "The watch cache fell behind the compacted revision and begins anew. {}",
            error.getMessage());
      } else if (!closed) {
        log.error("The watch cache lost the store", error);
      }
    }
  }
}

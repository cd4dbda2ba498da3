package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The objects of one resource, the changes that led to them, and who watches.
///
/// Changes come from one [CacheFeed], in order; readers may be many.
public final class ResourceCache<T extends KubernetesObject> {
  private final LongSupplier progress;
  private final boolean slow;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final History<T> history = new History<>();
  private volatile CacheView<T> view;
  private final Watchers<T> watchers;
  private @Nullable FieldIndex<T> index;
  private boolean closed;
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final LongAdder terminated = new LongAdder();
  private final LongAdder initialItems = new LongAdder();

  /// Objects of a selection at one revision.
  public record Snapshot<T extends KubernetesObject>(List<Stored<T>> objects, long revision) {}

  /// Where a watch begins.
  ///
  /// @param afterRevision the last revision the watcher knows; negative means to begin with all
  ///   objects
  /// @param bookmarkAfterInitial whether to tell when those objects are through
  public record Start(long afterRevision, boolean bookmarkAfterInitial) {
    public static final Start WITH_STATE = new Start(-1, false);

    public static Start after(long revision) {
      return new Start(revision, false);
    }
  }

  /// @param progress the revision up to which this cache is known to be current
  /// @param slow whether looking at an object may take long
  /// @param namespaced whether objects are in namespaces
  ResourceCache(LongSupplier progress, boolean slow, boolean namespaced, InstantSource clock) {
    this.progress = progress;
    this.slow = slow;
    this.clock = clock;
    watchers = new Watchers<>(namespaced);
    view = CacheView.of(List.of(), 0, new CacheView.Facts<>(slow, null));
  }

  /// Finds objects by a field from now on. To be told before anything is there.
  public void indexBy(FieldIndex<T> field) {
    lock.lock();
    try {
      index = field;
      view = CacheView.of(view.all(), view.revision(), new CacheView.Facts<>(slow, field));
    } finally {
      lock.unlock();
    }
  }

  public Optional<Stored<T>> get(ObjectKey key) {
    return Optional.ofNullable(view.get(Stored.pathOf(key)));
  }

  /// What there is now.
  public CacheView<T> now() {
    long at = progress.getAsLong(); // Asked before looking, so that it is never too new.
    var current = view;
    return current.at(Math.max(at, current.revision()));
  }

  /// What there was at a revision that this cache has reached; empty if that is forgotten.
  public Optional<CacheView<T>> at(long revision) {
    lock.lock();
    try {
      return history.at(revision, view);
    } finally {
      lock.unlock();
    }
  }

  /// The objects of a selection, in the order of their keys.
  public Snapshot<T> list(Selection<T> selection) {
    var now = now();
    return new Snapshot<>(now.page(selection, "", 0).objects(), now.revision());
  }

  /// The revision of the newest state this cache shows.
  public long revision() {
    return Math.max(progress.getAsLong(), view.revision());
  }

  /// A number that grows with every change.
  public long changes() {
    return changes.get();
  }

  /// How many objects there are.
  public int size() {
    return view.size();
  }

  /// How many bytes the objects take in the store.
  public long bytes() {
    return bytes.get();
  }

  /// How many changes are remembered.
  int kept() {
    lock.lock();
    try {
      return history.size();
    } finally {
      lock.unlock();
    }
  }

  /// How many watches there are.
  public int watchers() {
    return watchers.count();
  }

  /// How many watches were ended because their readers were too slow.
  long terminated() {
    return terminated.sum();
  }

  /// How many objects and changes watches began with.
  long initialItems() {
    return initialItems.sum();
  }

  /// Begins a watch. Nothing is missed between its initial items and the first change. What it
  /// begins with is looked for outside the lock that the feed needs too.
  ///
  /// @throws ApiException 410 if the changes since the start are forgotten
  public CacheWatch<T> watch(Selection<T> selection, Start start) {
    long current = progress.getAsLong();
    CacheWatch<T> watch;
    CacheView<T> state;
    List<CacheEvent<T>> missed;
    lock.lock();
    try {
      missed = start.afterRevision < 0 ? List.of() : missed(start.afterRevision);
      long reached = Math.max(view.revision(), current);
      state = view.at(reached);
      var self = new CacheWatch<?>[1];
      watch =
          new CacheWatch<>(
              selection, Math.max(reached, start.afterRevision), () -> remove(self[0]));
      self[0] = watch;
      watchers.add(watch);
      if (closed) {
        watch.close();
      }
    } finally {
      lock.unlock();
    }
    try {
      watch.beginWith(
          start.afterRevision < 0
              ? stateItems(state, selection, start)
              : changeItems(missed, selection));
      return watch;
    } catch (RuntimeException unreadable) {
      watch.close();
      throw unreadable;
    }
  }

  private Iterator<WatchItem<T>> stateItems(
      CacheView<T> state, Selection<T> selection, Start start) {
    var objects = state.page(selection, "", 0).objects();
    initialItems.add(objects.size());
    Stream<WatchItem<T>> items =
        objects.stream().map(object -> new WatchItem.Change<>(WatchItem.Type.ADDED, object));
    Stream<WatchItem<T>> end =
        start.bookmarkAfterInitial
            ? Stream.of(new WatchItem.Bookmark<>(state.revision(), true))
            : Stream.of();
    return Stream.concat(items, end).iterator();
  }

  private Iterator<WatchItem<T>> changeItems(List<CacheEvent<T>> missed, Selection<T> selection) {
    if (slow) {
      Stored.lookAt(missed.stream().map(CacheEvent::object).toList());
    }
    var items = new ArrayList<WatchItem<T>>();
    missed.forEach(event -> CacheWatch.itemFor(event, selection).ifPresent(items::add));
    initialItems.add(items.size());
    return items.iterator();
  }

  private List<CacheEvent<T>> missed(long after) {
    long forgotten = history.forgotten();
    if (after < forgotten) {
      throw ApiException.expired("too old resource version: " + after + " (" + forgotten + ")");
    }
    return history.after(after);
  }

  /// Begins anew with what is in the store; the history before is forgotten and all watches end.
  ///
  /// @param all in the order of their paths
  void reset(List<Stored<T>> all, long at) {
    List<CacheWatch<T>> ended;
    lock.lock();
    try {
      history.reset(at);
      view = CacheView.of(all, at, new CacheView.Facts<>(slow, index));
      bytes.set(all.stream().mapToLong(Stored::bytes).sum());
      changes.incrementAndGet();
      ended = watchers.all();
    } finally {
      lock.unlock();
    }
    var expired = ApiException.expired("too old resource version: the server began anew").status();
    ended.forEach(watch -> watch.fail(expired));
  }

  /// Ends all watches, also those that begin later; the objects stay readable.
  void close() {
    List<CacheWatch<T>> ended;
    lock.lock();
    try {
      closed = true;
      ended = watchers.all();
    } finally {
      lock.unlock();
    }
    ended.forEach(CacheWatch::close);
  }

  void put(Stored<T> object) {
    lock.lock();
    try {
      var before = view;
      var previous = before.get(object.path());
      bytes.addAndGet(object.bytes() - (previous == null ? 0L : previous.bytes()));
      change(before, before.with(object), new CacheEvent<>(false, object, previous));
    } finally {
      lock.unlock();
    }
  }

  void delete(String path, long at) {
    lock.lock();
    try {
      var before = view;
      var previous = before.get(path);
      if (previous != null) {
        bytes.addAndGet(-previous.bytes());
        change(before, before.without(path, at), new CacheEvent<>(true, previous.at(at), previous));
      }
    } finally {
      lock.unlock();
    }
  }

  private void change(CacheView<T> before, CacheView<T> after, CacheEvent<T> event) {
    view = after;
    changes.incrementAndGet();
    history.add(event, before, clock.instant());
    terminated.add(watchers.offer(event, index));
  }

  private void remove(CacheWatch<?> watch) {
    lock.lock();
    try {
      watchers.remove(watch);
    } finally {
      lock.unlock();
    }
  }
}

package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The objects of one resource, the changes that led to them, and who watches.
///
/// Changes come from one [CacheFeed], in order; readers may be many.
public final class ResourceCache<T extends KubernetesObject> {
  /// How many changes a watch may be behind and still resume without listing again.
  static final int HISTORY_MAX = 8192;

  private final LongSupplier progress;
  private final boolean slow;
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<String, Stored<T>> objects = new TreeMap<>();
  private final ArrayDeque<CacheEvent<T>> history = new ArrayDeque<>();
  private final Set<CacheWatch<T>> watches = new LinkedHashSet<>();
  private long revision;
  private long forgotten;
  private boolean closed;
  private final AtomicLong changes = new AtomicLong();

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
  ResourceCache(LongSupplier progress, boolean slow) {
    this.progress = progress;
    this.slow = slow;
  }

  public Optional<Stored<T>> get(ObjectKey key) {
    lock.lock();
    try {
      return Optional.ofNullable(objects.get(Stored.pathOf(key)));
    } finally {
      lock.unlock();
    }
  }

  /// The objects of a selection, in the order of their keys, beginning with this path.
  public Snapshot<T> list(Selection<T> selection, String fromPath) {
    List<Stored<T>> candidates;
    long at = progress.getAsLong(); // Asked before looking, so that it is never too new.
    lock.lock();
    try {
      candidates = List.copyOf(range(selection, fromPath).values());
      at = Math.max(at, revision);
    } finally {
      lock.unlock();
    }
    if (slow) {
      Stored.lookAt(candidates);
    }
    if (!selection.selective() && selection.name().isEmpty()) {
      return new Snapshot<>(candidates, at);
    }
    var chosen = new ArrayList<Stored<T>>();
    for (var candidate : candidates) {
      if (selection.includes(candidate.object())) {
        chosen.add(candidate);
      }
    }
    return new Snapshot<>(Collections.unmodifiableList(chosen), at);
  }

  public Snapshot<T> list(Selection<T> selection) {
    return list(selection, "");
  }

  /// The revision of the newest state this cache shows.
  public long revision() {
    long at = progress.getAsLong();
    lock.lock();
    try {
      return Math.max(at, revision);
    } finally {
      lock.unlock();
    }
  }

  /// A number that grows with every change.
  public long changes() {
    return changes.get();
  }

  /// How many objects there are.
  public int size() {
    lock.lock();
    try {
      return objects.size();
    } finally {
      lock.unlock();
    }
  }

  /// How many watches there are.
  public int watchers() {
    lock.lock();
    try {
      return watches.size();
    } finally {
      lock.unlock();
    }
  }

  /// Begins a watch. Nothing is missed between its initial items and the first change.
  ///
  /// @throws ApiException 410 if the changes since the start are forgotten
  public CacheWatch<T> watch(Selection<T> selection, Start start) {
    long current = progress.getAsLong();
    if (slow) {
      lookAhead(selection, start);
    }
    lock.lock();
    try {
      var initial =
          start.afterRevision < 0
              ? initialState(selection, start)
              : missed(selection, start.afterRevision);
      var self = new CacheWatch<?>[1];
      long from = Math.max(Math.max(revision, current), start.afterRevision);
      var watch = new CacheWatch<>(selection, initial, from, () -> remove(self[0]));
      self[0] = watch;
      watches.add(watch);
      if (closed) {
        watch.close();
      }
      return watch;
    } finally {
      lock.unlock();
    }
  }

  /// Looks at what the watch will begin with, before it holds the lock that the feed needs too.
  private void lookAhead(Selection<T> selection, Start start) {
    List<Stored<T>> first;
    lock.lock();
    try {
      first =
          start.afterRevision < 0
              ? List.copyOf(range(selection, "").values())
              : history.stream()
                  .filter(event -> event.revision() > start.afterRevision)
                  .map(CacheEvent::object)
                  .toList();
    } finally {
      lock.unlock();
    }
    Stored.lookAt(first);
  }

  private Iterator<WatchItem<T>> initialState(Selection<T> selection, Start start) {
    var snapshot = list(selection);
    var state = snapshot.objects();
    Stream<WatchItem<T>> items =
        state.stream().map(object -> new WatchItem.Change<>(WatchItem.Type.ADDED, object));
    Stream<WatchItem<T>> end =
        start.bookmarkAfterInitial
            ? Stream.of(new WatchItem.Bookmark<>(snapshot.revision(), true))
            : Stream.of();
    return Stream.concat(items, end).iterator();
  }

  private Iterator<WatchItem<T>> missed(Selection<T> selection, long after) {
    if (after < forgotten) {
      throw ApiException.expired("too old resource version: " + after + " (" + forgotten + ")");
    }
    var items = new ArrayList<WatchItem<T>>();
    var newestFirst = history.descendingIterator();
    while (newestFirst.hasNext()) {
      var event = newestFirst.next();
      if (event.revision() <= after) {
        break;
      }
      CacheWatch.itemFor(event, selection).ifPresent(items::add);
    }
    return items.reversed().iterator();
  }

  private NavigableMap<String, Stored<T>> range(Selection<T> selection, String fromPath) {
    var prefix = selection.prefix();
    var from = fromPath.compareTo(prefix) > 0 ? fromPath : prefix;
    if (prefix.isEmpty()) {
      return from.isEmpty() ? objects : objects.tailMap(from, true);
    }
    var end = prefix.substring(0, prefix.length() - 1) + (char) ('/' + 1);
    return from.compareTo(end) >= 0 ? new TreeMap<>() : objects.subMap(from, true, end, false);
  }

  /// Begins anew with what is in the store; the history before is forgotten and all watches end.
  void reset(List<Stored<T>> all, long at) {
    List<CacheWatch<T>> ended;
    lock.lock();
    try {
      objects.clear();
      history.clear();
      all.forEach(object -> objects.put(object.path(), object));
      revision = at;
      forgotten = at;
      changes.incrementAndGet();
      ended = List.copyOf(watches);
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
      ended = List.copyOf(watches);
    } finally {
      lock.unlock();
    }
    ended.forEach(CacheWatch::close);
  }

  void put(Stored<T> object) {
    lock.lock();
    try {
      var previous = objects.put(object.path(), object);
      record(new CacheEvent<>(false, object, previous));
    } finally {
      lock.unlock();
    }
  }

  void delete(String path, long at) {
    lock.lock();
    try {
      var previous = objects.remove(path);
      if (previous != null) {
        record(new CacheEvent<>(true, previous.at(at), previous));
      }
    } finally {
      lock.unlock();
    }
  }

  private void record(CacheEvent<T> event) {
    revision = event.revision();
    changes.incrementAndGet();
    history.add(event);
    if (history.size() > HISTORY_MAX) {
      forgotten = history.remove().revision();
    }
    for (var watch : List.copyOf(watches)) {
      watch.offer(event);
    }
  }

  private void remove(@Nullable CacheWatch<?> watch) {
    lock.lock();
    try {
      watches.remove(watch);
    } finally {
      lock.unlock();
    }
  }
}

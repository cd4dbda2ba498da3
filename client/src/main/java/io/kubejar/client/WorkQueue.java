package io.kubejar.client;

import io.kubejar.apimachinery.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The keys that need a look, each at most once.
///
/// A key that is added while somebody works on it waits until that work is done, so no key is ever
/// worked on twice at the same time and no change is missed. Because a key is kept once, the queue
/// holds at most as many keys as there are objects: that is its bound. Safe for use by many
/// threads.
public final class WorkQueue<K> {
  private final Clock clock;
  private final RetryDelays<K> delays;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashSet<K> waiting = new LinkedHashSet<>();
  private final Set<K> processing = new HashSet<>();
  private final Set<K> changedMeanwhile = new HashSet<>();
  private final Map<K, Later> later = new HashMap<>();
  private final List<Runnable> listeners = new ArrayList<>();
  private boolean closed;

  // Kept only while somebody watches.
  private @Nullable QueueWatcher watcher;
  private final Map<K, Instant> added = new HashMap<>();
  private final Map<K, Instant> taken = new HashMap<>();

  public WorkQueue(Clock clock) {
    this(clock, new RetryDelays<>(clock));
  }

  public WorkQueue(Clock clock, RetryDelays<K> delays) {
    this.clock = clock;
    this.delays = delays;
  }

  /// Tells somebody of everything that happens from now on.
  public void watchedBy(QueueWatcher who) {
    lock.lock();
    try {
      watcher = who;
    } finally {
      lock.unlock();
    }
  }

  /// When the work that goes on now has begun.
  public List<Instant> working() {
    lock.lock();
    try {
      return List.copyOf(taken.values());
    } finally {
      lock.unlock();
    }
  }

  private void tellAdded(K key) {
    if (watcher != null) {
      watcher.added();
      added.put(key, clock.instant());
    }
  }

  private void tellTaken(K key) {
    var since = added.remove(key);
    if (watcher != null && since != null) {
      var now = clock.instant();
      watcher.taken(Duration.between(since, now));
      taken.put(key, now);
    }
  }

  private void tellDone(K key) {
    var since = taken.remove(key);
    if (watcher != null && since != null) {
      watcher.done(Duration.between(since, clock.instant()));
    }
  }

  /// Adds a listener that is woken whenever a key may be ready.
  public void onWork(Runnable wakeUp) {
    lock.lock();
    try {
      listeners.add(wakeUp);
    } finally {
      lock.unlock();
    }
    wakeUp.run();
  }

  /// The key is to be looked at as soon as possible.
  public void add(K key) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      if (processing.contains(key)) {
        changedMeanwhile.add(key);
        return;
      }
      if (!waiting.add(key)) {
        return;
      }
      tellAdded(key);
    } finally {
      lock.unlock();
    }
    wakeListeners();
  }

  /// The key is to be looked at after this time. Of several such wishes the earliest counts.
  public void addAfter(K key, Duration delay) {
    if (delay.isZero() || delay.isNegative()) {
      add(key);
      return;
    }
    lock.lock();
    try {
      if (closed) {
        return;
      }
      var due = clock.instant().plus(delay);
      var known = later.get(key);
      if (known != null) {
        if (!due.isBefore(known.due())) {
          return;
        }
        known.timer().cancel();
      }
      later.put(key, new Later(due, clock.schedule(delay, () -> ripen(key, due))));
    } finally {
      lock.unlock();
    }
  }

  /// The key failed: it is to be looked at again after a wait that grows with every failure in a
  /// row.
  public void addRateLimited(K key) {
    lock.lock();
    try {
      if (watcher != null) {
        watcher.retried();
      }
    } finally {
      lock.unlock();
    }
    addAfter(key, delays.next(key));
  }

  /// The key did not fail: its next failure starts with the shortest wait again.
  public void forget(K key) {
    delays.forget(key);
  }

  /// How often the key has failed in a row.
  public int failures(K key) {
    return delays.failures(key);
  }

  /// Takes the key that has waited longest; null if none waits. [#done] must follow.
  public @Nullable K poll() {
    lock.lock();
    try {
      if (waiting.isEmpty()) {
        return null;
      }
      var key = waiting.removeFirst();
      processing.add(key);
      tellTaken(key);
      return key;
    } finally {
      lock.unlock();
    }
  }

  /// The work on a key that [#poll] gave has ended.
  public void done(K key) {
    lock.lock();
    try {
      processing.remove(key);
      tellDone(key);
      if (!changedMeanwhile.remove(key)) {
        return;
      }
      waiting.add(key);
      tellAdded(key);
    } finally {
      lock.unlock();
    }
    wakeListeners();
  }

  /// How many keys are ready.
  public int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /// Drops everything and takes nothing more.
  public void close() {
    lock.lock();
    try {
      closed = true;
      waiting.clear();
      changedMeanwhile.clear();
      later.values().forEach(entry -> entry.timer().cancel());
      later.clear();
      added.clear();
    } finally {
      lock.unlock();
    }
  }

  private void ripen(K key, Instant due) {
    lock.lock();
    try {
      var known = later.get(key);
      if (known == null || !known.due().equals(due)) {
        return; // An earlier wish has replaced this one.
      }
      later.remove(key);
    } finally {
      lock.unlock();
    }
    add(key);
  }

  private void wakeListeners() {
    List<Runnable> toWake;
    lock.lock();
    try {
      toWake = List.copyOf(listeners);
    } finally {
      lock.unlock();
    }
    toWake.forEach(Runnable::run);
  }

  private record Later(Instant due, Clock.Timer timer) {}
}

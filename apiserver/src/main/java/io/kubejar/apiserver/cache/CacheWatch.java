package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One watcher's place in the stream of changes.
///
/// The feed offers changes and never waits; a watcher that lets [#QUEUE_MAX] of them pile up is
/// closed and has to resume. For use by one reader at a time.
public final class CacheWatch<T extends KubernetesObject> implements AutoCloseable {
  /// What a slow watcher may be behind before it is dropped.
  static final int QUEUE_MAX = 4096;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Selection<T> selection;
  private final Iterator<WatchItem<T>> initial;
  private final ArrayDeque<WatchItem<T>> queue = new ArrayDeque<>();
  private final Runnable onClose;
  private final long startedAfter;
  private long seen;
  private boolean closed;
  private boolean interrupted;
  private @Nullable Runnable wakeUp;

  /// @param initial what comes before the first new change
  /// @param startedAfter changes up to this revision are left out
  CacheWatch(
      Selection<T> selection, Iterator<WatchItem<T>> initial, long startedAfter, Runnable onClose) {
    this.selection = selection;
    this.initial = initial;
    this.startedAfter = startedAfter;
    seen = startedAfter;
    this.onClose = onClose;
  }

  /// The next item, or null if there is none right now.
  public @Nullable WatchItem<T> poll() {
    lock.lock();
    try {
      return next();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for the next item. Empty if [#interruptWaiting] was called meanwhile.
  public Optional<WatchItem<T>> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var item = next();
      while (item == null && !interrupted) {
        changed.await();
        item = next();
      }
      interrupted = false;
      return Optional.ofNullable(item);
    } finally {
      lock.unlock();
    }
  }

  /// The next item; empty if none comes within this time.
  public Optional<WatchItem<T>> poll(Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var item = next();
      long left = patience.toNanos();
      while (item == null && left > 0) {
        left = changed.awaitNanos(left);
        item = next();
      }
      return Optional.ofNullable(item);
    } finally {
      lock.unlock();
    }
  }

  /// Makes a waiting [#take] return, so that its caller can look at the time.
  public void interruptWaiting() {
    lock.lock();
    try {
      interrupted = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Whom to call whenever items may have come; called at once if there are any.
  public void onAvailable(Runnable listener) {
    boolean now;
    lock.lock();
    try {
      wakeUp = listener;
      now = initial.hasNext() || !queue.isEmpty() || closed;
    } finally {
      lock.unlock();
    }
    if (now) {
      listener.run();
    }
  }

  /// Ends the watch; a waiting reader gets [WatchItem.Closed].
  @Override
  public void close() {
    if (end(null)) {
      onClose.run();
    }
  }

  /// The item for a change, if it concerns this selection. A change that makes an object enter or
  /// leave the selection looks like a creation or a deletion.
  static <T extends KubernetesObject> Optional<WatchItem<T>> itemFor(
      CacheEvent<T> event, Selection<T> selection) {
    var previous = event.previous();
    boolean before = previous != null && selection.includes(previous.object());
    boolean after = !event.deletion() && selection.includes(event.object().object());
    if (after) {
      return Optional.of(
          new WatchItem.Change<>(
              before ? WatchItem.Type.MODIFIED : WatchItem.Type.ADDED, event.object()));
    }
    if (!before || previous == null) {
      return Optional.empty();
    }
    return Optional.of(new WatchItem.Change<>(WatchItem.Type.DELETED, event.leaving(previous)));
  }

  void offer(CacheEvent<T> event) {
    if (event.revision() <= startedAfter) {
      return;
    }
    var item = itemFor(event, selection);
    Runnable listener = null;
    boolean dropped = false;
    lock.lock();
    try {
      seen = event.revision();
      if (closed || item.isEmpty()) {
        return;
      }
      if (queue.size() >= QUEUE_MAX) {
        dropped = true;
      } else {
        queue.add(item.get());
        changed.signalAll();
        listener = wakeUp;
      }
    } finally {
      lock.unlock();
    }
    if (dropped) {
      close();
    } else if (listener != null) {
      listener.run();
    }
  }

  /// Tells the watcher how far it is, if it has read everything else.
  public void bookmark(long revision) {
    Runnable listener = null;
    lock.lock();
    try {
      if (!closed && queue.isEmpty() && !initial.hasNext()) {
        queue.add(new WatchItem.Bookmark<>(Math.max(revision, seen), false));
        changed.signalAll();
        listener = wakeUp;
      }
    } finally {
      lock.unlock();
    }
    if (listener != null) {
      listener.run();
    }
  }

  void fail(Status status) {
    if (end(status)) {
      onClose.run();
    }
  }

  private boolean end(@Nullable Status status) {
    Runnable listener;
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      closed = true;
      if (status != null) {
        queue.add(new WatchItem.Failed<>(status));
      }
      changed.signalAll();
      listener = wakeUp;
    } finally {
      lock.unlock();
    }
    if (listener != null) {
      listener.run();
    }
    return true;
  }

  private @Nullable WatchItem<T> next() {
    if (initial.hasNext()) {
      return initial.next();
    }
    var item = queue.poll();
    return item == null && closed ? new WatchItem.Closed<>() : item;
  }
}

package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A watch on a [ResourceCache].
///
/// The feed offers changes and never waits; a watcher that lets [#QUEUE_MAX] of them pile up is
/// closed and has to resume.
public final class CacheWatch<T extends KubernetesObject> implements ObjectWatch<T> {
  /// What a slow watcher may be behind before it is dropped.
  static final int QUEUE_MAX = 4096;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Selection<T> selection;
  private Iterator<WatchItem<T>> initial = Collections.emptyIterator();
  private final ArrayDeque<Offer<T>> queue = new ArrayDeque<>();
  private final Runnable onClose;
  private final long startedAfter;
  private long seen;
  private boolean closed;
  private boolean interrupted;
  private @Nullable Runnable wakeUp;

  /// What waits for the reader: an item, or a change of an object that takes long to look at, so
  /// that the reader has to find out whether it concerns the watch.
  private sealed interface Offer<T extends KubernetesObject> {
    record Ready<T extends KubernetesObject>(WatchItem<T> item) implements Offer<T> {}

    record Undecided<T extends KubernetesObject>(CacheEvent<T> event) implements Offer<T> {}
  }

  /// @param startedAfter changes up to this revision are left out
  CacheWatch(Selection<T> selection, long startedAfter, Runnable onClose) {
    this.selection = selection;
    this.startedAfter = startedAfter;
    seen = startedAfter;
    this.onClose = onClose;
  }

  Selection<T> selection() {
    return selection;
  }

  /// What comes before the first new change; told before anybody reads.
  void beginWith(Iterator<WatchItem<T>> items) {
    lock.lock();
    try {
      initial = items;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable WatchItem<T> poll() {
    while (true) {
      Offer<T> offer;
      lock.lock();
      try {
        offer = next();
      } finally {
        lock.unlock();
      }
      if (offer == null) {
        return null;
      }
      var item = decide(offer);
      if (item.isPresent()) {
        return item.get();
      }
    }
  }

  @Override
  public Optional<WatchItem<T>> take() throws InterruptedException {
    while (true) {
      Offer<T> offer;
      lock.lockInterruptibly();
      try {
        offer = next();
        while (offer == null && !interrupted) {
          changed.await();
          offer = next();
        }
        interrupted = false;
      } finally {
        lock.unlock();
      }
      if (offer == null) {
        return Optional.empty();
      }
      var item = decide(offer);
      if (item.isPresent()) {
        return item;
      }
    }
  }

  @Override
  public Optional<WatchItem<T>> poll(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    while (true) {
      Offer<T> offer;
      lock.lockInterruptibly();
      try {
        offer = next();
        while (offer == null && left > 0) {
          left = changed.awaitNanos(left);
          offer = next();
        }
      } finally {
        lock.unlock();
      }
      if (offer == null) {
        return Optional.empty();
      }
      var item = decide(offer);
      if (item.isPresent()) {
        return item;
      }
    }
  }

  /// The item of an offer, if it concerns this watch. Not under the lock: it may take long.
  private Optional<WatchItem<T>> decide(Offer<T> offer) {
    return switch (offer) {
      case Offer.Ready<T>(var item) -> Optional.of(item);
      case Offer.Undecided<T>(var event) -> {
        try {
          yield itemFor(event, selection);
        } catch (ApiException unreadable) {
          close();
          yield Optional.of(new WatchItem.Failed<>(unreadable.status()));
        }
      }
    };
  }

  @Override
  public void interruptWaiting() {
    lock.lock();
    try {
      interrupted = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
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

  private Optional<Offer<T>> offerFor(CacheEvent<T> event) {
    var previous = event.previous();
    if (event.object().isSlow() || (previous != null && previous.isSlow())) {
      return event.object().path().startsWith(selection.prefix())
          ? Optional.of(new Offer.Undecided<>(event))
          : Optional.empty();
    }
    return itemFor(event, selection).map(Offer.Ready::new);
  }

  /// Takes a change, if it is of interest. False if the reader was too slow: then the watch is
  /// over.
  boolean offer(CacheEvent<T> event) {
    if (event.revision() <= startedAfter) {
      return true;
    }
    var offer = offerFor(event);
    Runnable listener = null;
    boolean dropped = false;
    lock.lock();
    try {
      seen = event.revision();
      if (closed || offer.isEmpty()) {
        return true;
      }
      if (queue.size() >= QUEUE_MAX) {
        dropped = true;
      } else {
        queue.add(offer.get());
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
    return !dropped;
  }

  /// Tells the watcher how far it is, if it has read everything else.
  public void bookmark(long revision) {
    Runnable listener = null;
    lock.lock();
    try {
      if (!closed && queue.isEmpty() && !initial.hasNext()) {
        queue.add(new Offer.Ready<>(new WatchItem.Bookmark<>(Math.max(revision, seen), false)));
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
        queue.add(new Offer.Ready<>(new WatchItem.Failed<>(status)));
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

  private @Nullable Offer<T> next() {
    if (initial.hasNext()) {
      return new Offer.Ready<>(initial.next());
    }
    var offer = queue.poll();
    return offer == null && closed ? new Offer.Ready<>(new WatchItem.Closed<>()) : offer;
  }
}

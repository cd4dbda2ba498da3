package io.kubejar.client.testing;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.client.Watch;
import io.kubejar.client.WatchEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The changes of the last while, and those who watch them.
final class ChangeLog {
  static final int KEPT_MAX = 10_000;

  private final ReentrantLock lock;
  private final Condition grown;
  private final TreeMap<Long, Change> changes = new TreeMap<>();
  private final List<LogWatch<?>> watches = new ArrayList<>();
  private long revision = 1;
  private long forgotten;

  ChangeLog(ReentrantLock lock) {
    this.lock = lock;
    grown = lock.newCondition();
  }

  long revision() {
    lock.lock();
    try {
      return revision;
    } finally {
      lock.unlock();
    }
  }

  long nextRevision() {
    return ++revision;
  }

  void changed(ResourceType<?> type, @Nullable KubernetesObject before, KubernetesObject now) {
    append(new Change(revision, type, before, now, now));
  }

  void removed(ResourceType<?> type, KubernetesObject before, KubernetesObject last) {
    append(new Change(revision, type, before, null, last));
  }

  void compact() {
    lock.lock();
    try {
      changes.clear();
      forgotten = revision;
    } finally {
      lock.unlock();
    }
  }

  void dropWatches() {
    List<LogWatch<?>> open;
    lock.lock();
    try {
      open = List.copyOf(watches);
    } finally {
      lock.unlock();
    }
    open.forEach(LogWatch::close);
  }

  <T extends KubernetesObject> Watch<T> watch(
      ResourceType<T> type, Selection<T> selection, long from) {
    lock.lock();
    try {
      if (from < forgotten) {
        throw ApiException.expired("too old resource version: " + from + " (" + forgotten + ")");
      }
      var watch = new LogWatch<>(type, selection, from);
      watches.add(watch);
      return watch;
    } finally {
      lock.unlock();
    }
  }

  private void append(Change change) {
    changes.put(change.revision(), change);
    if (changes.size() > KEPT_MAX) {
      forgotten = changes.pollFirstEntry().getKey();
    }
    grown.signalAll();
    watches.forEach(LogWatch::wake);
  }

  /// @param before the object before the change, if there was one
  /// @param now the object after it, if there still is one
  /// @param last what a watcher is shown
  private record Change(
      long revision,
      ResourceType<?> type,
      @Nullable KubernetesObject before,
      @Nullable KubernetesObject now,
      KubernetesObject last) {}

  private final class LogWatch<T extends KubernetesObject> implements Watch<T> {
    private final ResourceType<T> type;
    private final Selection<T> selection;
    private long position;
    private boolean closed;
    private @Nullable Runnable listener;

    LogWatch(ResourceType<T> type, Selection<T> selection, long from) {
      this.type = type;
      this.selection = selection;
      position = from;
    }

    @Override
    public @Nullable WatchEvent<T> poll() {
      lock.lock();
      try {
        if (closed) {
          return new WatchEvent.Closed<>();
        }
        if (position < forgotten) {
          return new WatchEvent.Failed<>(
              ApiException.expired("too old resource version: " + position).status());
        }
        for (var change : changes.tailMap(position, false).values()) {
          position = change.revision();
          var event = event(change);
          if (event != null) {
            return event;
          }
        }
        return null;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public WatchEvent<T> take() throws InterruptedException {
      lock.lockInterruptibly();
      try {
        for (var event = poll(); ; event = poll()) {
          if (event != null) {
            return event;
          }
          grown.await();
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onAvailable(Runnable wakeUp) {
      lock.lock();
      try {
        listener = wakeUp;
      } finally {
        lock.unlock();
      }
      wakeUp.run();
    }

    @Override
    public void close() {
      lock.lock();
      try {
        closed = true;
        watches.remove(this);
        grown.signalAll();
      } finally {
        lock.unlock();
      }
      wake();
    }

    private void wake() {
      var toWake = listener;
      if (toWake != null) {
        toWake.run();
      }
    }

    private @Nullable WatchEvent<T> event(Change change) {
      if (!change.type().equals(type)) {
        return null;
      }
      boolean before =
          change.before() != null && selection.covers(type.type().cast(change.before()));
      boolean now = change.now() != null && selection.covers(type.type().cast(change.now()));
      var shown = type.type().cast(change.last());
      if (now) {
        return before ? new WatchEvent.Modified<>(shown) : new WatchEvent.Added<>(shown);
      }
      return before ? new WatchEvent.Deleted<>(shown) : null;
    }
  }
}

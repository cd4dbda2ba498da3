package io.kubejar.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Does several things that do not depend on each other: at once where the runtime has threads, one
/// after the other where a simulation decides over the order.
public enum Together {
  /// Each task on a virtual thread of its own.
  AT_ONCE {
    @Override
    public void run(List<Task> tasks) throws InterruptedException {
      if (tasks.size() == 1) {
        tasks.getFirst().run();
        return;
      }
      var failure = new AtomicReference<@Nullable RuntimeException>();
      var threads = new ArrayList<Thread>();
      for (var task : tasks) {
        threads.add(Thread.ofVirtual().start(() -> guarded(task, failure)));
      }
      try {
        for (var thread : threads) {
          thread.join();
        }
      } finally {
        threads.forEach(Thread::interrupt); // Only an interrupted caller finds any alive.
      }
      var fault = failure.get();
      if (fault != null) {
        throw fault;
      }
    }
  },

  /// In the given order, on the caller's thread.
  IN_ORDER {
    @Override
    public void run(List<Task> tasks) throws InterruptedException {
      for (var task : tasks) {
        task.run();
      }
    }
  };

  /// Runs all tasks and returns when each has ended. An exception of one is thrown when all have.
  public abstract void run(List<Task> tasks) throws InterruptedException;

  private static void guarded(Task task, AtomicReference<@Nullable RuntimeException> failure) {
    try {
      task.run();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // The caller was interrupted and knows.
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  /// One thing to do.
  @FunctionalInterface
  public interface Task {
    void run() throws InterruptedException;
  }
}

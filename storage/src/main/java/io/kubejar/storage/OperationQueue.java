package io.kubejar.storage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The operations that wait for the log's writer. Bounded: whoever finds it full has to wait.
final class OperationQueue {
  private final LogLimits limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final ArrayDeque<PendingOperation> operations = new ArrayDeque<>();
  private long bytes;
  private @Nullable StoreException closed;

  OperationQueue(LogLimits limits) {
    this.limits = limits;
  }

  /// Adds an operation; false if there is no room.
  boolean offer(PendingOperation operation) {
    lock.lock();
    try {
      if (closed != null) {
        throw refusal(closed);
      }
      if (isFull()) {
        return false;
      }
      operations.add(operation);
      bytes += operation.bytes();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until there may be room.
  void awaitRoom() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (closed == null && isFull()) {
        room.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isFull() {
    return operations.size() >= limits.pendingOperations() || bytes >= limits.pendingBytes();
  }

  /// Takes what fits into one batch; empty if nothing waits.
  List<PendingOperation> poll() {
    lock.lock();
    try {
      var batch = new ArrayList<PendingOperation>();
      long taken = 0;
      for (var next = operations.peek(); next != null; next = operations.peek()) {
        long cost = next.bytes();
        if (!batch.isEmpty() && taken + cost > limits.batchBytes()) {
          break;
        }
        batch.add(operations.remove());
        taken += cost;
      }
      bytes -= taken;
      room.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /// Refuses everything from now on. What waits already can still be taken.
  void close(StoreException why) {
    lock.lock();
    try {
      if (closed == null) {
        closed = why;
      }
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// A fresh exception for each caller, so that each has its own stack trace.
  private static StoreException refusal(StoreException why) {
    var message = String.valueOf(why.getMessage());
    return why instanceof StoreClosedException
        ? new StoreClosedException(message)
        : new UnavailableException(message, why);
  }
}

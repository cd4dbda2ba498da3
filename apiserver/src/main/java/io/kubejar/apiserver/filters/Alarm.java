package io.kubejar.apiserver.filters;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.request.Deadline;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/// Interrupts the thread that set it when the time is up, unless it is closed before. After it was
/// closed, the thread is not interrupted by it and bears no mark of it.
final class Alarm implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread worker = Thread.currentThread();
  private final Clock.Timer timer;
  private boolean rang;
  private boolean closed;

  Alarm(Clock clock, Deadline deadline) {
    timer = clock.schedule(Duration.between(clock.instant(), deadline.at()), this::ring);
  }

  private void ring() {
    lock.lock();
    try {
      if (!closed) {
        rang = true;
        worker.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Whether the time was up before it was closed.
  boolean rang() {
    lock.lock();
    try {
      return rang;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    timer.cancel();
    lock.lock();
    try {
      closed = true;
      if (rang) {
        Thread.interrupted(); // It came after the work was done, or the work has heeded it.
      }
    } finally {
      lock.unlock();
    }
  }
}

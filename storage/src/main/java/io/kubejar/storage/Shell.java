package io.kubejar.storage;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A thread around a state machine: steps it while there is something to do, sleeps otherwise.
final class Shell implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Shell.class);

  private final Thread thread;
  private final BooleanSupplier step;
  private volatile boolean stopping;

  /// Set by [#wake()]. The thread's own permit to go on is not enough: the step may use it up when
  /// it waits for something itself.
  private volatile boolean awake;

  private Shell(Thread.Builder threads, String name, BooleanSupplier step) {
    this.step = step;
    this.thread = threads.name(name).unstarted(this::run);
  }

  static Shell start(Thread.Builder threads, String name, BooleanSupplier step) {
    var shell = new Shell(threads, name, step);
    shell.thread.start();
    return shell;
  }

  /// Says that there may be something to do. Never waits.
  void wake() {
    awake = true;
    LockSupport.unpark(thread);
  }

  /// Lets the thread do what there is to do, and end. Does not wait for it.
  void stop() {
    stopping = true;
    wake();
  }

  private void run() {
    try {
      while (true) {
        awake = false;
        boolean last = stopping;
        while (step.getAsBoolean()) {}
        if (last) {
          return;
        }
        while (!awake) {
          LockSupport.park(this);
          Thread.interrupted(); // Means nothing here, and would make parking return at once.
        }
      }
    } catch (RuntimeException | Error e) {
      LOG.error("thread died name={}", thread.getName(), e);
      throw e;
    }
  }

  /// Lets the thread do what there is to do, and waits for its end, unless it is the caller.
  @Override
  public void close() {
    stop();
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.kubejar.client;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.StepLoop;
import io.kubejar.apimachinery.time.Steppable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Runs every part on a virtual thread of its own.
public final class ThreadedRuntime extends AssembledRuntime {
  private final Consumer<RuntimeException> onFault;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<StepLoop> loops = new ArrayList<>();
  private boolean started;
  private boolean closed;

  /// @param random safe for use by many threads, as [java.util.Random] is
  /// @param onFault told when a part fails in a way it does not expect; the part has stopped then
  public ThreadedRuntime(
      Client client, Clock clock, RandomGenerator random, Consumer<RuntimeException> onFault) {
    super(client, clock, random);
    this.onFault = onFault;
  }

  @Override
  public Together together() {
    return Together.AT_ONCE;
  }

  @Override
  public void add(String name, Steppable part) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the runtime is closed, so this cannot run: " + name);
      }
      var loop = new StepLoop(name, part, onFault);
      loops.add(loop);
      if (started) {
        loop.start();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void start() {
    lock.lock();
    try {
      if (started) {
        throw new IllegalStateException("started twice");
      }
      started = true;
      loops.forEach(StepLoop::start);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws InterruptedException {
    List<StepLoop> toClose;
    lock.lock();
    try {
      closed = true;
      toClose = List.copyOf(loops.reversed());
    } finally {
      lock.unlock();
    }
    for (var loop : toClose) {
      loop.close();
    }
    informers().close();
  }
}

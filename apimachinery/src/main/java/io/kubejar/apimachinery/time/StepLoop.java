package io.kubejar.apimachinery.time;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thin shell around a [Steppable]: one virtual thread that steps it while there is work and is
/// parked while there is none.
///
/// A step that throws ends the loop: the state may be wrong, so going on could do harm. The fault
/// handler decides what that means for the process.
public final class StepLoop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StepLoop.class);

  private final String name;
  private final Steppable steppable;
  private final Consumer<RuntimeException> onFault;
  private final AtomicBoolean signalled = new AtomicBoolean();
  private final Thread thread;

  /// A loop whose faults are only logged.
  public StepLoop(String name, Steppable steppable) {
    this(name, steppable, fault -> {});
  }

  public StepLoop(String name, Steppable steppable, Consumer<RuntimeException> onFault) {
    this.name = name;
    this.steppable = steppable;
    this.onFault = onFault;
    thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  /// Starts the thread. Once only.
  public void start() {
    steppable.onWork(this::wakeUp);
    thread.start();
  }

  /// Interrupts the running step and waits until it has ended. Not to be called from inside a step.
  /// If the caller is interrupted itself, it stops waiting and stays interrupted.
  @Override
  public void close() {
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void wakeUp() {
    if (!signalled.getAndSet(true)) {
      LockSupport.unpark(thread);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // See below: it is what makes room for requests.
  private void run() {
    try {
      while (!Thread.interrupted()) {
        // Before the step, so that work announced while it runs is seen by the next one.
        signalled.set(false);
        if (steppable.step()) {
          // Virtual threads are not preempted: a busy loop would keep requests off its core.
          Thread.yield();
        } else {
          awaitSignal();
        }
      }
    } catch (InterruptedException _) {
      log.debug("Loop ends, interrupted. name={}", name);
    } catch (RuntimeException fault) {
      log.error("Loop ends, a step failed. name={}", name, fault);
      onFault.accept(fault);
    }
  }

  private void awaitSignal() throws InterruptedException {
    while (!signalled.get()) {
      LockSupport.park(this);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }
}

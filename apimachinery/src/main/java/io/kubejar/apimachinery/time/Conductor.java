package io.kubejar.apimachinery.time;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that steps many parts under a clock that can be steered.
///
/// A part is stepped when it has announced work, in the order of the announcements, one step each.
/// With nothing to do the thread is parked until somebody announces something or, while the clock
/// runs, until the next timer is due. Because timers run between steps, on the same thread, the
/// time can be moved over hours and every part sees each moment on the way.
///
/// A part whose step throws is not stepped any more; the fault handler is told.
public final class Conductor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Conductor.class);

  /// More steps than this without a pause are two parts that undo each other's work.
  private static final int STEPS_MAX = 5_000_000;

  /// Longer pauses would overflow the nanoseconds that threads are parked in.
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final SteeredClock clock;
  private final Consumer<RuntimeException> onFault;
  private final Queue<Part> announced = new ConcurrentLinkedQueue<>(); // Each part at most once.
  private final Queue<FutureTask<?>> visits =
      new ConcurrentLinkedQueue<>(); // One per waiting thread.
  private final AtomicBoolean signalled = new AtomicBoolean();
  private final Thread thread;
  private volatile boolean ended;

  /// @param onFault told, on this conductor's thread, when a part fails in a way it does not expect
  public Conductor(String name, SteeredClock clock, Consumer<RuntimeException> onFault) {
    this.clock = clock;
    this.onFault = onFault;
    thread = Thread.ofVirtual().name(name).unstarted(this::run);
    clock.onTimer(this::signal);
  }

  public SteeredClock clock() {
    return clock;
  }

  /// Starts the thread. Once only.
  public void start() {
    thread.start();
  }

  /// Steps this part too from now on, until it is removed.
  public Part add(String name, Steppable steppable) {
    var part = new Part(name, steppable);
    steppable.onWork(part::announce);
    part.announce();
    return part;
  }

  /// Steps these parts no more. When it returns, none of them is being stepped.
  public void remove(Collection<Part> parts) throws InterruptedException {
    if (ended) {
      return;
    }
    call(
        () -> {
          parts.forEach(part -> part.removed = true);
          return parts;
        });
  }

  /// Runs something between two steps and answers with its result.
  ///
  /// @throws IllegalStateException if the conductor has ended
  public <T> T call(Callable<T> visit) throws InterruptedException {
    var task = new FutureTask<>(visit);
    if (Thread.currentThread().equals(thread)) {
      task.run();
    } else {
      visits.add(task);
      signal();
      if (ended) {
        drop();
      }
    }
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } catch (CancellationException _) {
      throw new IllegalStateException("nobody conducts any more: " + thread.getName());
    }
  }

  /// Waits until no part has anything left to do at this moment of the clock.
  ///
  /// @throws IllegalStateException if that does not happen
  public void settle() throws InterruptedException {
    call(
        () -> {
          stepUntilIdle();
          return true;
        });
  }

  /// Moves the time forward by this much; every timer on the way runs at its moment, and all work
  /// that follows from it is done before the time goes on.
  public void advance(Duration by) throws InterruptedException {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time only moves forward, not by " + by);
    }
    call(
        () -> {
          advanceUntil(clock.instant().plus(by), () -> false);
          return true;
        });
  }

  /// Moves the time forward until the condition holds, which is asked whenever all work of a moment
  /// is done. Answers whether it holds; if it does not within the limit, the time has moved by the
  /// limit.
  public boolean advanceUntil(Callable<Boolean> condition, Duration limit)
      throws InterruptedException {
    return call(() -> advanceUntil(clock.instant().plus(limit), condition));
  }

  /// Ends the thread, interrupting the running step. Not to be called from inside a step.
  @Override
  public void close() {
    if (thread.getState() == Thread.State.NEW) {
      end();
      return;
    }
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean advanceUntil(Instant end, Callable<Boolean> condition) throws Exception {
    stepUntilIdle();
    while (!condition.call()) {
      var next = clock.nextDeadline();
      if (next.isEmpty() || next.get().isAfter(end)) {
        if (end.isAfter(clock.instant())) {
          clock.moveTo(end);
        }
        stepUntilIdle();
        return condition.call();
      }
      if (next.get().isAfter(clock.instant())) {
        clock.moveTo(next.get());
      }
      stepUntilIdle();
    }
    return true;
  }

  private void stepUntilIdle() throws InterruptedException {
    var busy = new ArrayDeque<String>();
    for (int steps = 0; clock.runDue() > 0 || stepOne(busy); steps++) {
      if (steps > STEPS_MAX) {
        Set<String> names = new HashSet<>(busy);
        throw new IllegalStateException("no rest after " + steps + " steps of " + names);
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      makeRoom();
    }
  }

  private boolean stepOne(ArrayDeque<String> trace) throws InterruptedException {
    var part = announced.poll();
    if (part == null) {
      return false;
    }
    trace.addLast(part.name);
    if (trace.size() > 100) {
      trace.removeFirst();
    }
    part.step();
    return true;
  }

  private void run() {
    try {
      var trace = new ArrayDeque<String>();
      while (!Thread.interrupted()) {
        signalled.set(false); // Before looking, so that what is announced meanwhile is seen.
        var visit = visits.poll();
        if (visit != null) {
          visit.run();
        } else if (clock.runDue() == 0 && !stepOne(trace)) {
          awaitSignal();
        }
        makeRoom();
      }
    } catch (InterruptedException _) {
      log.debug("Conductor ends, interrupted. name={}", thread.getName());
    } finally {
      end();
    }
  }

  /// Virtual threads are not preempted, and requests need the cores too.
  @SuppressWarnings("ThreadPriorityCheck")
  private static void makeRoom() {
    Thread.yield();
  }

  private void end() {
    ended = true;
    drop();
  }

  private void drop() {
    for (var visit = visits.poll(); visit != null; visit = visits.poll()) {
      visit.cancel(false);
    }
  }

  private void awaitSignal() throws InterruptedException {
    while (!signalled.get()) {
      var next = clock.runs() ? clock.nextDeadline() : Optional.<Instant>empty();
      if (next.isEmpty()) {
        LockSupport.park(this);
      } else {
        var left = Duration.between(clock.instant(), next.get());
        if (!left.isPositive()) {
          return;
        }
        LockSupport.parkNanos(
            this, left.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : left.toNanos());
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private void signal() {
    if (!signalled.getAndSet(true)) {
      LockSupport.unpark(thread);
    }
  }

  private static RuntimeException rethrown(@Nullable Throwable cause) throws InterruptedException {
    return switch (cause) {
      case InterruptedException interrupted -> throw interrupted;
      case RuntimeException unchecked -> unchecked;
      case Error error -> throw error;
      case null, default -> new IllegalStateException(cause);
    };
  }

  /// Something that is stepped, with the name it has in messages.
  public final class Part {
    private final String name;
    private final Steppable steppable;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private volatile boolean removed;

    private Part(String name, Steppable steppable) {
      this.name = name;
      this.steppable = steppable;
    }

    private void announce() {
      if (!waiting.getAndSet(true)) {
        announced.add(this);
        signal();
      }
    }

    private void step() throws InterruptedException {
      waiting.set(false); // Before the step, so that work announced while it runs is seen.
      if (removed) {
        return;
      }
      try {
        if (steppable.step()) {
          announce();
        }
      } catch (RuntimeException fault) {
        log.error("A part ends, a step failed. name={}", name, fault);
        removed = true;
        onFault.accept(fault);
      }
    }
  }
}

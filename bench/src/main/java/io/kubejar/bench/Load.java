package io.kubejar.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// Callers that repeat one action as fast as it is answered.
final class Load {
  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration MEASURED = Duration.ofSeconds(5);

  /// A server under load compiles its code for a while. On a busy machine that is not over in the
  /// time alone.
  private static final int WARM_UP_ACTIONS = 3_000;

  private static final Duration WARM_UP_MAX = Duration.ofSeconds(30);

  private Load() {}

  /// One thing to do.
  interface Action {
    void run() throws Exception;
  }

  /// Gives each caller an action of its own.
  interface Caller {
    Action next() throws Exception;
  }

  /// What an action took under load.
  ///
  /// @param perSecond how often all callers together got it done
  /// @param serverMicros processor time of the server for each, its compiler's and collector's
  ///   included
  record Result(double perSecond, double serverMicros) {}

  /// How often per second `callers` callers get the action done, after a warm-up.
  static double perSecond(int callers, Action action) throws InterruptedException {
    repeat(callers, WARM_UP, () -> action);
    return repeat(callers, MEASURED, () -> action) / (double) MEASURED.toSeconds();
  }

  /// Likewise, against a server in a process of its own.
  static Result on(long serverPid, int callers, Caller caller) throws InterruptedException {
    long latest = System.nanoTime() + WARM_UP_MAX.toNanos();
    long warm = 0;
    do {
      warm += repeat(callers, WARM_UP, caller);
    } while (warm < WARM_UP_ACTIONS && System.nanoTime() < latest);
    double before = Machine.cpuSeconds(serverPid);
    long done = repeat(callers, MEASURED, caller);
    double used = Machine.cpuSeconds(serverPid) - before;
    return new Result(done / (double) MEASURED.toSeconds(), used * 1e6 / Math.max(1, done));
  }

  /// Does an action so many times as fast as some callers can.
  static void times(int callers, int count, Action action) throws InterruptedException {
    var left = new AtomicInteger(count);
    run(
        callers,
        () -> {
          while (left.getAndDecrement() > 0) {
            action.run();
          }
        });
  }

  private static long repeat(int callers, Duration time, Caller caller)
      throws InterruptedException {
    var done = new LongAdder();
    long end = System.nanoTime() + time.toNanos();
    run(
        callers,
        () -> {
          var action = caller.next();
          while (System.nanoTime() < end) {
            action.run();
            done.increment();
          }
        });
    return done.sum();
  }

  private static void run(int callers, Action all) throws InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<?>>();
      for (int caller = 0; caller < callers; caller++) {
        running.add(
            threads.submit(
                () -> {
                  all.run();
                  return null;
                }));
      }
      for (var each : running) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call failed under load", e.getCause());
    }
  }
}

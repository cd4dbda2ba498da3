package io.kubejar.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;

/// Callers that repeat one action as fast as it is answered.
final class Load {
  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final Duration MEASURED = Duration.ofSeconds(5);

  private Load() {}

  /// One thing to do.
  interface Action {
    void run() throws Exception;
  }

  /// How often per second `callers` callers get the action done, after a warm-up.
  static double perSecond(int callers, Action action) throws InterruptedException {
    repeat(callers, WARM_UP, action);
    return repeat(callers, MEASURED, action) / (double) MEASURED.toSeconds();
  }

  private static long repeat(int callers, Duration time, Action action)
      throws InterruptedException {
    var done = new LongAdder();
    long end = System.nanoTime() + time.toNanos();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<?>>();
      for (int caller = 0; caller < callers; caller++) {
        all.add(
            threads.submit(
                () -> {
                  while (System.nanoTime() < end) {
                    action.run();
                    done.increment();
                  }
                  return null;
                }));
      }
      for (var each : all) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call failed under load", e.getCause());
    }
    return done.sum();
  }
}

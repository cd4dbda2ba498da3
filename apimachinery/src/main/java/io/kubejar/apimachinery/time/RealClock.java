package io.kubejar.apimachinery.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The machine's own clock, with one thread for all timers. For a `Main`; everybody else is given a
/// [Clock].
public final class RealClock implements Clock, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RealClock.class);

  /// Longer delays would overflow the nanoseconds that the executor counts in.
  private static final Duration LONGEST_DELAY = Duration.ofDays(36_500);

  private final InstantSource source = InstantSource.system();
  private final ScheduledThreadPoolExecutor timers;

  public RealClock() {
    timers =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("clock").daemon().factory());
    timers.setRemoveOnCancelPolicy(true); // A cancelled timer must not hold on to its action.
    timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public Instant instant() {
    return source.instant();
  }

  @Override
  public Timer schedule(Duration delay, Runnable action) {
    var bounded = delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
    long nanos = Math.max(0, bounded.toNanos());
    try {
      var future = timers.schedule(() -> run(action), nanos, TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException closed) {
      log.debug("Timer not started, the clock is closed. action={}", action);
      return () -> {};
    }
  }

  /// Drops all timers.
  @Override
  public void close() {
    timers.shutdownNow();
  }

  private static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException broken) {
      // The next timer must still run.
      log.error("A timer's action failed. action={}", action, broken);
    }
  }
}

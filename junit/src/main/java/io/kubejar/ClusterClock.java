package io.kubejar;

import io.kubejar.apimachinery.time.Conductor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/// The time of one cluster, which all of it follows: CronJobs, leases, expiry of tokens and
/// objects, back-offs, evictions, what the simulated nodes do.
///
/// It runs along with the machine's, or stands still. Moved ahead, it stops at every moment for
/// which something was planned, until all work that follows from it is done; an hour of it takes as
/// long as the work in it.
public final class ClusterClock implements InstantSource {
  private final Supplier<Conductor> conductor;

  ClusterClock(Supplier<Conductor> conductor) {
    this.conductor = conductor;
  }

  @Override
  public Instant instant() {
    return conductor.get().clock().instant();
  }

  /// Stops the time where it is. Work that is due still gets done.
  public void freeze() {
    conductor.get().clock().freeze();
  }

  /// Lets the time pass again, from where it is.
  public void run() {
    conductor.get().clock().run();
  }

  /// Moves the time ahead.
  ///
  /// @throws IllegalArgumentException if this is negative
  public void advance(Duration by) {
    Uninterrupted.run(() -> conductor.get().advance(by));
  }

  /// Moves the time ahead until the condition holds.
  ///
  /// @throws AssertionError if it does not within this much of the cluster's time
  public void advanceUntil(Callable<Boolean> condition, Duration limit) {
    Uninterrupted.run(
        () -> {
          if (!conductor.get().advanceUntil(condition, limit)) {
            throw new AssertionError("not within " + limit + ", it is " + instant() + " now");
          }
        });
  }
}

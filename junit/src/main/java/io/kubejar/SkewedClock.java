package io.kubejar;

import io.kubejar.apimachinery.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/// A clock that goes right and is set wrong.
record SkewedClock(Clock real, Supplier<Duration> ahead) implements Clock {
  @Override
  public Instant instant() {
    return real.instant().plus(ahead.get());
  }

  @Override
  public Timer schedule(Duration delay, Runnable action) {
    return real.schedule(delay, action);
  }
}

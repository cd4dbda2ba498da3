package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.metrics.RequestMetrics;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// What all answers need besides their objects.
///
/// @param revision how far the caches are, for bookmarks
/// @param shortestWatch watches without a time-out of their own end after this time, up to twice as
///   much; zero lets them go on
public record Serving(
    Clock clock,
    RandomGenerator random,
    LongSupplier revision,
    RequestMetrics metrics,
    Duration shortestWatch) {
  static final Duration BOOKMARK_INTERVAL = Duration.ofMinutes(1);

  private static final Duration FOREVER = Duration.ofDays(100 * 365);

  Duration timeout(long seconds) {
    if (seconds > 0) {
      return Duration.ofSeconds(seconds);
    }
    if (shortestWatch.isZero()) {
      return FOREVER;
    }
    return shortestWatch.plusMillis(random.nextLong(shortestWatch.toMillis()));
  }
}

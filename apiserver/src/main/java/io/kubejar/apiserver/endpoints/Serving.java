package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.metrics.RequestMetrics;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// What all answers need besides their objects.
///
/// @param revision how far the caches are, for bookmarks
public record Serving(
    Clock clock, RandomGenerator random, LongSupplier revision, RequestMetrics metrics) {
  static final Duration BOOKMARK_INTERVAL = Duration.ofMinutes(1);

  /// Watches without a time-out of their own end after this time, up to twice as much.
  static final Duration SHORTEST_WATCH = Duration.ofMinutes(30);

  Duration timeout(long seconds) {
    if (seconds > 0) {
      return Duration.ofSeconds(seconds);
    }
    return SHORTEST_WATCH.plusSeconds(random.nextLong(SHORTEST_WATCH.toSeconds()));
  }
}

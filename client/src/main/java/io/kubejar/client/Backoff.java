package io.kubejar.client;

import io.kubejar.apimachinery.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// Growing waits between tries at reaching the server, with jitter so that many clients do not come
/// back at once. A long time without a failure starts anew. Not safe for use by several threads.
final class Backoff {
  private static final Duration SHORTEST = Duration.ofMillis(800);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration FORGET_AFTER = Duration.ofMinutes(2);

  private final Clock clock;
  private final RandomGenerator random;
  private Duration next = SHORTEST;
  private Instant last = Instant.MIN;

  Backoff(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  Duration next() {
    var now = clock.instant();
    if (last.isBefore(now.minus(FORGET_AFTER))) {
      next = SHORTEST;
    }
    last = now;
    var wait = next.plus(Duration.ofNanos((long) (next.toNanos() * random.nextDouble())));
    var doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    return wait;
  }
}

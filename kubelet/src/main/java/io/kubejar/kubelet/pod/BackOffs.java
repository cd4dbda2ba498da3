package io.kubejar.kubelet.pod;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// How long things that fail again and again have to wait: 10 s, doubled each time up to 5 minutes,
/// forgotten after twice that without a failure.
public final class BackOffs {
  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration FORGOTTEN_AFTER = LONGEST.multipliedBy(2);

  private record Entry(Duration delay, Instant at) {}

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  /// The delay that holds now; zero without one.
  public Duration delay(String key, Instant now) {
    var entry = entries.get(key);
    return entry == null || entry.at().plus(FORGOTTEN_AFTER).isBefore(now)
        ? Duration.ZERO
        : entry.delay();
  }

  /// What is left to wait, for something that failed at `failedAt`.
  public Duration left(String key, Instant failedAt, Instant now) {
    var end = failedAt.plus(delay(key, now));
    return end.isAfter(now) ? Duration.between(now, end) : Duration.ZERO;
  }

  /// Notes one more try: the next failure waits longer.
  public void next(String key, Instant now) {
    entries.compute(
        key,
        (_, entry) -> {
          boolean fresh = entry == null || entry.at().plus(FORGOTTEN_AFTER).isBefore(now);
          var delay = fresh ? FIRST : entry.delay().multipliedBy(2);
          return new Entry(delay.compareTo(LONGEST) > 0 ? LONGEST : delay, now);
        });
  }

  public void forget(String key) {
    entries.remove(key);
  }
}

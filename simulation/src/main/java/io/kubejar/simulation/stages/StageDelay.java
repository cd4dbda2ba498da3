package io.kubejar.simulation.stages;

import io.kubejar.apimachinery.json.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// How long a stage waits.
///
/// @param duration at least; the object may say another one
/// @param jitter at most, by chance between the two; if it is less than the duration, it counts
record StageDelay(
    Duration duration,
    Optional<KeyPath> durationFrom,
    Optional<Duration> jitter,
    Optional<KeyPath> jitterFrom) {
  private static final Pattern GO_DURATION =
      Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|µs|ms|s|m|h)");

  Duration of(JsonObject object, Instant now, RandomGenerator random) {
    var least = said(durationFrom, object, now).orElse(duration);
    var most = said(jitterFrom, object, now).or(() -> jitter);
    if (most.isEmpty()) {
      return least;
    }
    long spread = most.get().minus(least).toMillis();
    return spread <= 0 ? most.get() : least.plusMillis(random.nextLong(spread + 1));
  }

  private static Optional<Duration> said(Optional<KeyPath> path, JsonObject object, Instant now) {
    return path.flatMap(it -> it.texts(object).stream().findFirst())
        .flatMap(text -> time(text, now).or(() -> goDuration(text)));
  }

  /// A moment stands for the time until then.
  private static Optional<Duration> time(String text, Instant now) {
    try {
      var left = Duration.between(now, Instant.parse(text));
      return Optional.of(left.isNegative() ? Duration.ZERO : left);
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> goDuration(String text) {
    var parts = GO_DURATION.matcher(text);
    var sum = Duration.ZERO;
    int end = 0;
    while (parts.find() && parts.start() == end) {
      double nanos = Double.parseDouble(parts.group(1)) * nanos(parts.group(2));
      sum = sum.plusNanos((long) nanos);
      end = parts.end();
    }
    return end > 0 && end == text.length() ? Optional.of(sum) : Optional.empty();
  }

  private static long nanos(String unit) {
    return switch (unit) {
      case "h" -> 3_600_000_000_000L;
      case "m" -> 60_000_000_000L;
      case "s" -> 1_000_000_000L;
      case "ms" -> 1_000_000L;
      case "ns" -> 1L;
      default -> 1_000L;
    };
  }

  static Optional<Long> number(String text) {
    try {
      return Optional.of(Long.valueOf(text));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }
}

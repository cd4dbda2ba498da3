package io.kubejar.apimachinery.format;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/// Durations as Kubernetes' files write them, such as `1h30m` or `0.5s`.
public final class GoDuration {
  private static final Pattern WHOLE = Pattern.compile("[+-]?([0-9.]+(ns|us|µs|ms|s|m|h))+|0");
  private static final Pattern PART =
      Pattern.compile("([0-9]*\\.?[0-9]+|[0-9]+\\.)(ns|us|µs|ms|s|m|h)");
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private GoDuration() {}

  /// @throws IllegalArgumentException if it is none
  public static Duration parse(String text) {
    if (!WHOLE.matcher(text).matches()) {
      throw new IllegalArgumentException("time: invalid duration \"" + text + "\"");
    }
    var nanos = BigDecimal.ZERO;
    for (var parts = PART.matcher(text); parts.find(); ) {
      var unit = BigDecimal.valueOf(NANOS.getOrDefault(parts.group(2), 0L));
      nanos = nanos.add(new BigDecimal(parts.group(1)).multiply(unit));
    }
    var duration = Duration.ofNanos(nanos.longValue());
    return text.startsWith("-") ? duration.negated() : duration;
  }
}

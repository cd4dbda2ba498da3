package io.kubejar.apimachinery.format;

import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Whether texts are durations: as Go writes them, `1h30m`, or loosely, `22 ns` or `2 weeks`.
final class Durations {
  private static final Pattern GO_PART =
      Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)");
  private static final Pattern LOOSE_PART = Pattern.compile("([0-9]+)\\s*([A-Za-zµ]+)");
  private static final BigDecimal LONGEST_NANOS = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns",
          1L,
          "us",
          1_000L,
          "µs",
          1_000L,
          "μs",
          1_000L,
          "ms",
          1_000_000L,
          "s",
          1_000_000_000L,
          "m",
          60_000_000_000L,
          "h",
          3_600_000_000_000L);

  /// Of each unit, the last name may go on: `secs`, `seconds`.
  private static final List<List<String>> UNITS =
      List.of(
          List.of("ns", "nano"),
          List.of("us", "µs", "micro"),
          List.of("ms", "milli"),
          List.of("s", "sec"),
          List.of("m", "min"),
          List.of("h", "hr", "hour"),
          List.of("d", "day"),
          List.of("w", "wk", "week"));

  private Durations() {}

  static boolean isDuration(String text) {
    return isGoDuration(text) || isLooseDuration(text);
  }

  private static boolean isGoDuration(String text) {
    var rest = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return true;
    }
    var parts = GO_PART.matcher(rest);
    var nanos = BigDecimal.ZERO;
    int end = 0;
    while (end < rest.length() && parts.find(end) && parts.start() == end) {
      nanos =
          nanos.add(
              new BigDecimal(parts.group(1))
                  .multiply(BigDecimal.valueOf(NANOS.getOrDefault(parts.group(2), 0L))));
      end = parts.end();
    }
    return end > 0 && end == rest.length() && nanos.compareTo(LONGEST_NANOS) <= 0;
  }

  private static boolean isLooseDuration(String text) {
    var parts = LOOSE_PART.matcher(text);
    boolean found = false;
    while (parts.find()) {
      if (new BigDecimal(parts.group(1)).compareTo(LONGEST_NANOS) > 0) {
        return false;
      }
      found |= isUnit(parts.group(2).toLowerCase(Locale.ROOT));
    }
    return found;
  }

  private static boolean isUnit(String unit) {
    for (var names : UNITS) {
      if (names.contains(unit) || unit.startsWith(names.getLast())) {
        return true;
      }
    }
    return false;
  }
}

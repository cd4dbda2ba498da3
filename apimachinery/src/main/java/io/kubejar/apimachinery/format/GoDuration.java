package io.kubejar.apimachinery.format;

import io.kubejar.apimachinery.GoText;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as Kubernetes' files write them, such as `1h30m` or `0.5s`.
public final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("(?<number>[0-9]*\\.?[0-9]*)(?<unit>[^0-9.]*)", Pattern.DOTALL);
  private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);
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

  /// @throws IllegalArgumentException if it is none, in the words of Go's library
  public static Duration parse(String text) {
    boolean negative = text.startsWith("-");
    var rest = negative || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return Duration.ZERO;
    }
    if (rest.isEmpty()) {
      throw invalid(text);
    }
    var nanos = BigDecimal.ZERO;
    var part = PART.matcher(rest);
    for (int at = 0; at < rest.length(); at = part.end()) {
      if (!part.region(at, rest.length()).lookingAt() || !hasDigits(part.group("number"))) {
        throw invalid(text);
      }
      nanos = nanos.add(new BigDecimal(part.group("number")).multiply(unit(part, text)));
    }
    if (nanos.compareTo(LONGEST) > 0) {
      throw invalid(text);
    }
    var duration = Duration.ofNanos(nanos.longValue());
    return negative ? duration.negated() : duration;
  }

  private static boolean hasDigits(String number) {
    return !number.isEmpty() && !number.equals(".");
  }

  private static BigDecimal unit(Matcher part, String text) {
    var unit = part.group("unit");
    if (unit.isEmpty()) {
      throw new IllegalArgumentException("time: missing unit in duration " + GoText.quoted(text));
    }
    var nanos = NANOS.get(unit);
    if (nanos == null) {
      throw new IllegalArgumentException(
          "time: unknown unit " + GoText.quoted(unit) + " in duration " + GoText.quoted(text));
    }
    return BigDecimal.valueOf(nanos);
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException("time: invalid duration " + GoText.quoted(text));
  }
}

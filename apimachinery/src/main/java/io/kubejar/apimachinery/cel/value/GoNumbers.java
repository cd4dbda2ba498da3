package io.kubejar.apimachinery.cel.value;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Numbers and spans of time in Go's notation.
public final class GoNumbers {
  /// Exponents from here on, and below the other, are written as such.
  private static final int LARGE_EXPONENT = 6;

  private static final int SMALL_EXPONENT = -4;
  private static final Pattern PART = Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)([a-zµμ]+)");

  private GoNumbers() {}

  /// The shortest decimal text that reads as the same number: `1.5`, `1e+06`, `+Inf`.
  public static String shortest(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "+Inf" : "-Inf";
    }
    if (number == 0) {
      return 1 / number < 0 ? "-0" : "0";
    }
    var exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    if (exponent >= SMALL_EXPONENT && exponent < LARGE_EXPONENT) {
      return exact.toPlainString();
    }
    return scientific(exact, exponent);
  }

  private static String scientific(BigDecimal number, int exponent) {
    var digits = number.unscaledValue().abs().toString();
    var text = new StringBuilder(number.signum() < 0 ? "-" : "").append(digits.charAt(0));
    if (digits.length() > 1) {
      text.append('.').append(digits, 1, digits.length());
    }
    text.append('e').append(exponent < 0 ? '-' : '+');
    return text.append(Math.abs(exponent) < 10 ? "0" : "").append(Math.abs(exponent)).toString();
  }

  /// Reads `1h30m`, `-1.5s`, `0`; null if it is none or does not fit.
  public static @Nullable Long parseDuration(String text) {
    var rest = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return 0L;
    }
    var part = PART.matcher(rest);
    var sum = BigDecimal.ZERO;
    int at = 0;
    while (at < rest.length()) {
      if (!part.region(at, rest.length()).lookingAt()) {
        return null;
      }
      var unit = nanosPerUnit(part.group(2));
      if (unit == 0) {
        return null;
      }
      var amount = part.group(1);
      sum =
          sum.add(
              new BigDecimal(amount.startsWith(".") ? "0" + amount : amount)
                  .multiply(BigDecimal.valueOf(unit)));
      at = part.end();
    }
    if (at == 0) {
      return null;
    }
    var nanos = (text.startsWith("-") ? sum.negate() : sum).toBigInteger();
    return nanos.bitLength() > 63 ? null : (Long) nanos.longValue();
  }

  private static long nanosPerUnit(String unit) {
    return switch (unit) {
      case "ns" -> 1;
      case "us", "µs", "μs" -> 1_000;
      case "ms" -> 1_000_000;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      default -> 0;
    };
  }
}

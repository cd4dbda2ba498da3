package io.kubejar.apimachinery;

import io.kubejar.apimachinery.Quantity.Format;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/// Reads a [Quantity] by upstream's rules, quirks included: what is already canonical enough keeps
/// its text (`1.500`, `+5`), and too precise numbers are rounded up to nanos.
final class QuantityParser {
  /// Beyond this, a number is an attack on whoever computes with it.
  private static final int LONGEST_TEXT = 256;

  /// Likewise: a sum with such a number would have a thousand digits.
  private static final int LARGEST_EXPONENT = 1000;

  private static final int MOST_DIGITS_OF_A_LONG = 18;
  private static final int NANO = -9;
  private static final BigDecimal LARGEST_BINARY = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final String SUFFIX_LETTERS = "eEinumkKMGTP";

  private final String text;
  private int position;
  private boolean negative;
  private String whole = "0";
  private String fraction = "";

  /// The number without its suffix, ready for [BigDecimal].
  private String number = "0";

  private String suffix = "";

  private QuantityParser(String text) {
    this.text = text;
  }

  static Quantity parse(String text) {
    if (text.isEmpty()) {
      throw QuantityFormatException.wrongFormat();
    }
    if (text.equals("0")) {
      return Quantity.ZERO;
    }
    if (text.length() > LONGEST_TEXT) {
      throw QuantityFormatException.wrongNumber();
    }
    var parser = new QuantityParser(text);
    parser.split();
    return parser.interpret();
  }

  private void split() {
    if (text.charAt(0) == '-' || text.charAt(0) == '+') {
      negative = text.charAt(0) == '-';
      position++;
    }
    while (position < text.length() && text.charAt(position) == '0') {
      position++;
    }
    if (position == text.length()) {
      return; // Only zeros, or nothing: zero.
    }
    var digits = takeDigits();
    whole = digits.isEmpty() ? "0" : digits;
    if (position < text.length() && text.charAt(position) == '.') {
      position++;
      fraction = takeDigits();
    }
    number = text.substring(0, position);
    int suffixStart = position;
    while (position < text.length() && SUFFIX_LETTERS.indexOf(text.charAt(position)) >= 0) {
      position++;
    }
    if (position < text.length()
        && (text.charAt(position) == '-' || text.charAt(position) == '+')) {
      position++;
    }
    takeDigits();
    if (position < text.length()) {
      throw QuantityFormatException.wrongFormat();
    }
    suffix = text.substring(suffixStart);
  }

  private String takeDigits() {
    int start = position;
    while (position < text.length()
        && text.charAt(position) >= '0'
        && text.charAt(position) <= '9') {
      position++;
    }
    return text.substring(start, position);
  }

  private Quantity interpret() {
    return switch (suffix) {
      case "Ki" -> binary(10);
      case "Mi" -> binary(20);
      case "Gi" -> binary(30);
      case "Ti" -> binary(40);
      case "Pi" -> binary(50);
      case "Ei" -> binary(60);
      case "n" -> decimal(-9, Format.DECIMAL_SI);
      case "u" -> decimal(-6, Format.DECIMAL_SI);
      case "m" -> decimal(-3, Format.DECIMAL_SI);
      case "" -> decimal(0, Format.DECIMAL_SI);
      case "k" -> decimal(3, Format.DECIMAL_SI);
      case "M" -> decimal(6, Format.DECIMAL_SI);
      case "G" -> decimal(9, Format.DECIMAL_SI);
      case "T" -> decimal(12, Format.DECIMAL_SI);
      case "P" -> decimal(15, Format.DECIMAL_SI);
      case "E" -> decimal(18, Format.DECIMAL_SI);
      default -> decimal(exponentOf(suffix), Format.DECIMAL_EXPONENT);
    };
  }

  private static int exponentOf(String suffix) {
    if (suffix.charAt(0) != 'e' && suffix.charAt(0) != 'E') {
      throw QuantityFormatException.wrongSuffix();
    }
    try {
      int exponent = Integer.parseInt(suffix, 1, suffix.length(), 10);
      if (exponent > LARGEST_EXPONENT) {
        throw QuantityFormatException.wrongNumber();
      }
      return Math.max(
          exponent, -LONGEST_TEXT - LARGEST_EXPONENT); // Rounded up to a nano all the same.
    } catch (NumberFormatException _) {
      throw QuantityFormatException.wrongSuffix();
    }
  }

  private Quantity decimal(int exponent, Format format) {
    int scale = exponent - fraction.length();
    if (whole.length() + fraction.length() <= MOST_DIGITS_OF_A_LONG && scale >= NANO) {
      var digits = whole + fraction;
      boolean canonical = scale % 3 == 0 && !digits.endsWith("000") && digits.charAt(0) != '0';
      return small(Long.parseLong(digits), scale, format, canonical);
    }
    return large(amount().scaleByPowerOfTen(exponent), format);
  }

  private Quantity binary(int exponent) {
    // A power of two has about three tenths as many decimal digits.
    int precision = 15 - whole.length() - exponent * 3 / 10 - 1;
    if (fraction.isEmpty() && precision >= 0) {
      long mantissa = Long.parseLong(whole);
      return small(mantissa << exponent, 0, Format.BINARY_SI, (mantissa & 7) != 0);
    }
    return large(
        amount().multiply(new BigDecimal(BigInteger.ONE.shiftLeft(exponent))), Format.BINARY_SI);
  }

  private Quantity small(long magnitude, int scale, Format format, boolean canonical) {
    return new Quantity(
        negative ? -magnitude : magnitude, scale, format, null, canonical ? text : null);
  }

  private BigDecimal amount() {
    try {
      return new BigDecimal(number).abs();
    } catch (NumberFormatException _) {
      throw QuantityFormatException.wrongNumber();
    }
  }

  private Quantity large(BigDecimal exact, Format format) {
    var amount = roundedUpToNanos(exact);
    var shown = format;
    if (format == Format.BINARY_SI) {
      amount = amount.min(LARGEST_BINARY);
      if (amount.signum() > 0 && amount.compareTo(BigDecimal.ONE) < 0) {
        shown = Format.DECIMAL_SI;
      }
    }
    return Quantity.normalized(negative ? amount.negate() : amount, shown);
  }

  private static BigDecimal roundedUpToNanos(BigDecimal amount) {
    if (amount.signum() == 0) {
      return BigDecimal.ZERO;
    }
    if (amount.precision() - (long) amount.scale() < NANO) {
      return BigDecimal.ONE.scaleByPowerOfTen(NANO); // Without dividing by a huge power of ten.
    }
    return amount.scale() > -NANO ? amount.setScale(-NANO, RoundingMode.UP) : amount;
  }
}

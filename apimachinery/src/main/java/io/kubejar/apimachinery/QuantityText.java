package io.kubejar.apimachinery;

import io.kubejar.apimachinery.Quantity.Format;
import java.math.BigDecimal;
import java.math.BigInteger;

/// How a [Quantity] is written.
final class QuantityText {
  private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  private static final String[] DECIMAL = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
  private static final int SMALLEST_DECIMAL = -9;
  private static final BigInteger KIBI = BigInteger.valueOf(1024);

  private QuantityText() {}

  static String canonical(long unscaled, int scale, Format format) {
    if (unscaled == 0) {
      return "0";
    }
    if (format == Format.BINARY_SI) {
      if (scale == 0) {
        return unscaled > -1024 && unscaled < 1024 ? Long.toString(unscaled) : binary(unscaled);
      }
      return canonical(new BigDecimal(BigInteger.valueOf(unscaled), -scale), format);
    }
    long mantissa = unscaled;
    int exponent = scale;
    while (mantissa % 10 == 0) {
      mantissa /= 10;
      exponent++;
    }
    int surplus = Math.floorMod(exponent, 3);
    if (mantissa > Long.MAX_VALUE / 100 || mantissa < Long.MIN_VALUE / 100) {
      return canonical(new BigDecimal(BigInteger.valueOf(unscaled), -scale), format);
    }
    mantissa *= surplus == 0 ? 1 : surplus == 1 ? 10 : 100;
    return mantissa + suffix(exponent - surplus, format);
  }

  static String canonical(BigDecimal number, Format format) {
    if (number.signum() == 0) {
      return "0";
    }
    if (format == Format.BINARY_SI
        && isWhole(number)
        && number.abs().compareTo(BigDecimal.valueOf(1024)) >= 0) {
      return binary(number);
    }
    var shown = format == Format.BINARY_SI ? Format.DECIMAL_SI : format;
    var stripped = number.stripTrailingZeros();
    int exponent = -stripped.scale();
    int surplus = Math.floorMod(exponent, 3);
    var mantissa = stripped.unscaledValue().multiply(BigInteger.TEN.pow(surplus));
    return mantissa + suffix(exponent - surplus, shown);
  }

  /// The value times 10 to that power, held within `long`.
  static long timesPowerOfTen(long value, int power) {
    long result = value;
    for (int i = 0; i < power; i++) {
      if (result > Long.MAX_VALUE / 10) {
        return Long.MAX_VALUE;
      }
      if (result < Long.MIN_VALUE / 10) {
        return Long.MIN_VALUE;
      }
      result *= 10;
    }
    return result;
  }

  /// The value divided by 10 to that power, rounded away from zero.
  static long dividedByPowerOfTen(long value, int power) {
    long result = value;
    boolean fraction = false;
    for (int i = 0; i < power && result != 0; i++) {
      fraction |= result % 10 != 0;
      result /= 10;
    }
    return fraction ? result + Long.signum(value) : result;
  }

  private static boolean isWhole(BigDecimal number) {
    return number.scale() <= 0 || number.stripTrailingZeros().scale() <= 0;
  }

  private static String binary(long value) {
    long mantissa = value;
    int index = 0;
    while (mantissa % 1024 == 0 && index < BINARY.length - 1) {
      mantissa /= 1024;
      index++;
    }
    return mantissa + BINARY[index];
  }

  private static String binary(BigDecimal number) {
    var mantissa = number.toBigIntegerExact();
    int index = 0;
    while (index < BINARY.length - 1) {
      var divided = mantissa.divideAndRemainder(KIBI);
      if (divided[1].signum() != 0) {
        break;
      }
      mantissa = divided[0];
      index++;
    }
    return mantissa + BINARY[index];
  }

  private static String suffix(int exponent, Format format) {
    if (format == Format.DECIMAL_EXPONENT) {
      return exponent == 0 ? "" : "e" + exponent;
    }
    int index = (exponent - SMALLEST_DECIMAL) / 3;
    // Upstream writes no suffix beyond its table. That changes the number; an exponent does not.
    return exponent >= SMALLEST_DECIMAL && index < DECIMAL.length ? DECIMAL[index] : "e" + exponent;
  }
}

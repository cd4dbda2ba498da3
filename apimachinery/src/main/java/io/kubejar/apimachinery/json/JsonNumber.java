package io.kubejar.apimachinery.json;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// A number with the text it was written with. Numbers are equal if their values are: `1.0` equals
/// `1`.
///
/// @param text a number in JSON's grammar
public record JsonNumber(String text) implements JsonValue {

  public static JsonNumber of(long value) {
    return new JsonNumber(Long.toString(value));
  }

  /// A number with fraction or exponent, if it has one.
  ///
  /// @throws ArithmeticException for infinity and not-a-number, which JSON cannot say
  public static JsonNumber of(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new ArithmeticException("JSON has no number for " + value);
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return of((long) value);
    }
    return new JsonNumber(Double.toString(value));
  }

  /// Whether it is written without fraction and exponent and fits in a `long`.
  public boolean isLong() {
    int digits = text.length();
    for (int i = 0; i < digits; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c != '-' || i != 0)) {
        return false;
      }
    }
    return digits <= 18 || new BigDecimal(text).unscaledValue().bitLength() <= 63;
  }

  /// The whole number, cut off if it is none.
  public long longValue() {
    return isLong() ? Long.parseLong(text) : (long) doubleValue();
  }

  public double doubleValue() {
    return Double.parseDouble(text);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof JsonNumber that)) {
      return false;
    }
    if (text.equals(that.text)) {
      return true;
    }
    return (isLong() && that.isLong())
        ? longValue() == that.longValue()
        : doubleValue() == that.doubleValue();
  }

  @Override
  public int hashCode() {
    return Double.hashCode(doubleValue() + 0.0); // Minus zero equals zero.
  }

  @Override
  public String toString() {
    return text;
  }
}

package io.kubejar.apimachinery;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/// A fixed-point number with a unit suffix, such as `250m` or `1536Mi`.
///
/// A quantity keeps the family of its suffix and is written in canonical form: no fraction, no
/// loss, and the largest suffix possible. So `1.5Gi` is written `1536Mi` and `0.5` is written
/// `500m`.
///
/// Two quantities are equal if they are written the same; `1Ki` and `1024` are [#compareTo] zero
/// but not equal.
public final class Quantity implements Comparable<Quantity> {
  public static final Quantity ZERO = new Quantity(0, 0, Format.DECIMAL_SI, null, "0");

  /// Texts seen lately. The same few amounts fill a cluster, so most quantities share one object.
  /// Races lose an entry.
  private static final Quantity[] recent = new Quantity[1024];

  /// The mantissa, unless the number needs [#big].
  private final long unscaled;

  /// The power of ten of the mantissa.
  private final int scale;

  private final Format format;
  private final @Nullable BigDecimal big;
  private final String text;

  /// The three families of suffixes.
  public enum Format {
    /// Powers of 1024: `Ki`, `Mi`, ...
    BINARY_SI,
    /// Powers of 1000: `m`, none, `k`, `M`, ...
    DECIMAL_SI,
    /// `e3`, `E6`, ...
    DECIMAL_EXPONENT
  }

  Quantity(
      long unscaled, int scale, Format format, @Nullable BigDecimal big, @Nullable String text) {
    this.unscaled = unscaled;
    this.scale = scale;
    this.format = format;
    this.big = big;
    this.text =
        text != null
            ? text
            : big != null
                ? QuantityText.canonical(big, format)
                : QuantityText.canonical(unscaled, scale, format);
  }

  /// Reads a quantity as it stands in a manifest.
  ///
  /// @throws QuantityFormatException with upstream's text
  public static Quantity parse(String text) {
    int slot = text.hashCode() & (recent.length - 1);
    var known = recent[slot];
    if (known != null && known.text.equals(text)) {
      return known;
    }
    var parsed = QuantityParser.parse(text);
    if (parsed.text.equals(text) && text.length() <= 16) {
      recent[slot] = parsed;
    }
    return parsed;
  }

  /// A whole number with decimal suffixes.
  public static Quantity of(long value) {
    return of(value, Format.DECIMAL_SI);
  }

  public static Quantity of(long value, Format format) {
    return value == 0 && format == Format.DECIMAL_SI
        ? ZERO
        : new Quantity(value, 0, format, null, null);
  }

  /// So many thousandths.
  public static Quantity ofMilli(long milliValue) {
    return new Quantity(milliValue, -3, Format.DECIMAL_SI, null, null);
  }

  /// The number times 10 to the power of scale.
  public static Quantity ofScaled(long value, int scale) {
    return new Quantity(value, scale, Format.DECIMAL_SI, null, null);
  }

  /// The number, rounded up to nanos.
  public static Quantity of(BigDecimal number, Format format) {
    return normalized(number, format);
  }

  public Format format() {
    return format;
  }

  /// The number, rounded away from zero to a whole one; the largest `long` if it is larger than
  /// that.
  public long value() {
    return scaledValue(0);
  }

  /// The number of thousandths, rounded away from zero; the largest `long` if it is larger than
  /// that.
  public long milliValue() {
    return scaledValue(-3);
  }

  /// The number divided by 10 to the power of `toScale`, rounded away from zero and held within
  /// `long`.
  public long scaledValue(int toScale) {
    if (big == null) {
      if (scale == toScale || unscaled == 0) {
        return unscaled;
      }
      if (scale > toScale) {
        return QuantityText.timesPowerOfTen(unscaled, scale - toScale);
      }
      return QuantityText.dividedByPowerOfTen(unscaled, toScale - scale);
    }
    return held(big.scaleByPowerOfTen(-toScale));
  }

  private static long held(BigDecimal number) {
    if (number.precision() - number.scale() > 19) {
      return number.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    var whole = number.setScale(0, RoundingMode.UP).unscaledValue();
    if (whole.bitLength() > 63) {
      return whole.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return whole.longValue();
  }

  /// The exact number.
  public BigDecimal toBigDecimal() {
    return big != null ? big : new BigDecimal(BigInteger.valueOf(unscaled), -scale);
  }

  /// The number as floating point, perhaps inexact.
  public double toDouble() {
    return toBigDecimal().doubleValue();
  }

  public int signum() {
    return big != null ? big.signum() : Long.signum(unscaled);
  }

  public boolean isZero() {
    return signum() == 0;
  }

  /// The sum, in this quantity's format; in the other's if this is zero.
  public Quantity add(Quantity other) {
    var resultFormat = isZero() ? other.format : format;
    if (big == null && other.big == null && scale == other.scale) {
      long sum = unscaled + other.unscaled;
      if (((unscaled ^ sum) & (other.unscaled ^ sum)) >= 0) {
        return new Quantity(sum, scale, resultFormat, null, null);
      }
    }
    return normalized(toBigDecimal().add(other.toBigDecimal()), resultFormat);
  }

  /// The difference, in this quantity's format; in the other's if this is zero.
  public Quantity subtract(Quantity other) {
    return add(other.negate());
  }

  public Quantity negate() {
    if (big == null && unscaled != Long.MIN_VALUE) {
      return new Quantity(-unscaled, scale, format, null, null);
    }
    return normalized(toBigDecimal().negate(), format);
  }

  public Quantity multiply(long factor) {
    return normalized(toBigDecimal().multiply(BigDecimal.valueOf(factor)), format);
  }

  public Quantity max(Quantity other) {
    return compareTo(other) >= 0 ? this : other;
  }

  public Quantity min(Quantity other) {
    return compareTo(other) <= 0 ? this : other;
  }

  /// Compares the numbers, whatever their form.
  @Override
  public int compareTo(Quantity other) {
    if (big == null && other.big == null && scale == other.scale) {
      return Long.compare(unscaled, other.unscaled);
    }
    return toBigDecimal().compareTo(other.toBigDecimal());
  }

  /// Whether both are the same number, whatever their form.
  public boolean sameAmountAs(Quantity other) {
    return compareTo(other) == 0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof Quantity that && text.equals(that.text));
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /// The canonical form.
  @Override
  public String toString() {
    return text;
  }

  /// Keeps numbers that fit in a `long`, which are nearly all.
  static Quantity normalized(BigDecimal number, Format format) {
    if (number.unscaledValue().bitLength() <= 63) {
      return new Quantity(number.unscaledValue().longValue(), -number.scale(), format, null, null);
    }
    return new Quantity(0, 0, format, number, null);
  }
}

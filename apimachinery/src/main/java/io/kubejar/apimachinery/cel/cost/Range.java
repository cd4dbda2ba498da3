package io.kubejar.apimachinery.cel.cost;

/// A size or a cost between two bounds. Sums and products stop at [Long#MAX_VALUE], which stands
/// for everything beyond.
public record Range(long min, long max) {
  static final Range UNKNOWN = new Range(0, Long.MAX_VALUE);
  static final Range ZERO = new Range(0, 0);
  static final Range ONE = new Range(1, 1);

  static Range of(long value) {
    return new Range(value, value);
  }

  Range plus(Range other) {
    return new Range(sum(min, other.min), sum(max, other.max));
  }

  Range times(Range other) {
    return new Range(product(min, other.min), product(max, other.max));
  }

  /// Rounded up.
  Range times(double factor) {
    return new Range(scaled(min, factor), scaled(max, factor));
  }

  /// The smallest range around both.
  Range union(Range other) {
    return new Range(Math.min(min, other.min), Math.max(max, other.max));
  }

  private static long sum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  /// The product of two numbers that are not below zero.
  public static long product(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }

  private static long scaled(long value, double factor) {
    double scaled = Math.ceil((double) value * factor);
    return scaled >= 0x1p63 ? Long.MAX_VALUE : (long) scaled;
  }
}

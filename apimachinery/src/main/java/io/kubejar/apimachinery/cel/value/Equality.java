package io.kubejar.apimachinery.cel.value;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// When two values are the same, and which is the smaller.
public final class Equality {
  private Equality() {}

  /// True or false, or a failure met while comparing. Values of different kinds differ; numbers are
  /// compared by their amount.
  public static Value equal(Value left, Value right) {
    return switch (left) {
      case ErrorValue error -> error;
      case IntValue _, UintValue _, DoubleValue _ -> BoolValue.of(isSameNumber(left, right));
      case ListValue list ->
          right instanceof ListValue other ? list.isEqualTo(other) : orError(right);
      case MapValue map -> right instanceof MapValue other ? map.isEqualTo(other) : orError(right);
      case OptionalValue(var value) ->
          right instanceof OptionalValue(var other) ? equalOptionals(value, other) : orError(right);
      case BoolValue _,
          BytesValue _,
          DurationValue _,
          NullValue _,
          OpaqueValue _,
          StringValue _,
          TimestampValue _,
          TypeValue _ ->
          left.equals(right) ? BoolValue.TRUE : orError(right);
    };
  }

  private static Value orError(Value right) {
    return right instanceof ErrorValue ? right : BoolValue.FALSE;
  }

  private static Value equalOptionals(@Nullable Value left, @Nullable Value right) {
    return left == null || right == null
        ? BoolValue.of(left == null && right == null)
        : equal(left, right);
  }

  private static boolean isSameNumber(Value left, Value right) {
    var order = compareNumbers(left, right);
    return order != null && order == 0;
  }

  /// Below zero, zero or above zero; null if the two have no order, such as not-a-number.
  public static @Nullable Integer compare(Value left, Value right) {
    return switch (left) {
      case IntValue _, UintValue _, DoubleValue _ -> compareNumbers(left, right);
      case StringValue(var a) ->
          right instanceof StringValue(var b) ? (Integer) compareTexts(a, b) : null;
      case BoolValue(boolean a) ->
          right instanceof BoolValue(boolean b) ? (Integer) Boolean.compare(a, b) : null;
      case BytesValue(var a) ->
          right instanceof BytesValue(var b)
              ? (Integer) java.util.Arrays.compareUnsigned(a.toArray(), b.toArray())
              : null;
      case TimestampValue(var a) ->
          right instanceof TimestampValue(var b) ? (Integer) a.compareTo(b) : null;
      case DurationValue(long a) ->
          right instanceof DurationValue(long b) ? (Integer) Long.compare(a, b) : null;
      case ErrorValue _,
          ListValue _,
          MapValue _,
          NullValue _,
          OpaqueValue _,
          OptionalValue _,
          TypeValue _ ->
          null;
    };
  }

  /// By code point, which is the order of the UTF-8 bytes.
  private static int compareTexts(String a, String b) {
    int shared = Math.min(a.length(), b.length());
    for (int i = 0; i < shared; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        return Character.isSurrogate(x) != Character.isSurrogate(y)
            ? Boolean.compare(Character.isSurrogate(x), Character.isSurrogate(y))
            : Character.compare(x, y);
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  private static @Nullable Integer compareNumbers(Value left, Value right) {
    if (left instanceof IntValue(long a) && right instanceof IntValue(long b)) {
      return Long.compare(a, b);
    }
    if (left instanceof DoubleValue(double a) && right instanceof DoubleValue(double b)) {
      return Double.isNaN(a) || Double.isNaN(b) ? null : (Integer) compareDoubles(a, b);
    }
    double a = approximate(left);
    double b = approximate(right);
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return null;
    }
    return Double.isInfinite(a) || Double.isInfinite(b)
        ? Double.compare(a, b)
        : exact(left).compareTo(exact(right));
  }

  private static int compareDoubles(double a, double b) {
    return a < b ? -1 : a > b ? 1 : 0; // Minus zero equals zero.
  }

  private static double approximate(Value number) {
    return switch (number) {
      case IntValue(long value) -> value;
      case UintValue uint -> uint.toDouble();
      case DoubleValue(double value) -> value;
      case BoolValue _,
          BytesValue _,
          DurationValue _,
          ErrorValue _,
          ListValue _,
          MapValue _,
          NullValue _,
          OpaqueValue _,
          OptionalValue _,
          StringValue _,
          TimestampValue _,
          TypeValue _ ->
          Double.NaN;
    };
  }

  private static BigDecimal exact(Value number) {
    return switch (number) {
      case DoubleValue(double value) -> new BigDecimal(value);
      case IntValue _, UintValue _ -> new BigDecimal(number.text());
      case BoolValue _,
          BytesValue _,
          DurationValue _,
          ErrorValue _,
          ListValue _,
          MapValue _,
          NullValue _,
          OpaqueValue _,
          OptionalValue _,
          StringValue _,
          TimestampValue _,
          TypeValue _ ->
          throw new IllegalArgumentException("no number: " + number);
    };
  }
}

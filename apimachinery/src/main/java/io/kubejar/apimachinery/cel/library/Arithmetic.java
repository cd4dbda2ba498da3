package io.kubejar.apimachinery.cel.library;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.cel.value.BytesValue;
import io.kubejar.apimachinery.cel.value.DoubleValue;
import io.kubejar.apimachinery.cel.value.DurationValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.ListValue;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.TimestampValue;
import io.kubejar.apimachinery.cel.value.UintValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.time.Duration;

/// `+`, `-`, `*`, `/` and `%`. What does not fit is a failure, never a wrapped number.
final class Arithmetic {
  private Arithmetic() {}

  static boolean isNotANumber(Value value) {
    return value instanceof DoubleValue(double number) && Double.isNaN(number);
  }

  static Value add(Value left, Value right) {
    return switch (left) {
      case IntValue(long a) when right instanceof IntValue(long b) -> {
        long sum = a + b;
        boolean fits = ((a ^ sum) & (b ^ sum)) >= 0;
        yield fits ? new IntValue(sum) : ErrorValue.INTEGER_OVERFLOW;
      }
      case UintValue(long a) when right instanceof UintValue(long b) ->
          Long.compareUnsigned(a + b, a) >= 0 ? new UintValue(a + b) : ErrorValue.UNSIGNED_OVERFLOW;
      case DoubleValue(double a) when right instanceof DoubleValue(double b) ->
          new DoubleValue(a + b);
      case StringValue(var a) when right instanceof StringValue(var b) -> new StringValue(a + b);
      case BytesValue(var a) when right instanceof BytesValue(var b) -> concatenate(a, b);
      case ListValue a when right instanceof ListValue b -> a.plus(b);
      case DurationValue(long a) when right instanceof DurationValue(long b) -> durationSum(a, b);
      case TimestampValue a when right instanceof DurationValue(long b) ->
          TimestampValue.of(a.value().plusNanos(b));
      case DurationValue(long a) when right instanceof TimestampValue b ->
          TimestampValue.of(b.value().plusNanos(a));
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  private static Value concatenate(Bytes a, Bytes b) {
    var joined = new byte[a.size() + b.size()];
    a.copyTo(joined, 0);
    b.copyTo(joined, a.size());
    return new BytesValue(Bytes.wrap(joined));
  }

  private static Value durationSum(long a, long b) {
    long sum = a + b;
    return ((a ^ sum) & (b ^ sum)) >= 0 ? new DurationValue(sum) : ErrorValue.DURATION_OVERFLOW;
  }

  static Value subtract(Value left, Value right) {
    return switch (left) {
      case IntValue(long a) when right instanceof IntValue(long b) -> {
        long rest = a - b;
        boolean fits = ((a ^ b) & (a ^ rest)) >= 0;
        yield fits ? new IntValue(rest) : ErrorValue.INTEGER_OVERFLOW;
      }
      case UintValue(long a) when right instanceof UintValue(long b) ->
          Long.compareUnsigned(a, b) >= 0 ? new UintValue(a - b) : ErrorValue.UNSIGNED_OVERFLOW;
      case DoubleValue(double a) when right instanceof DoubleValue(double b) ->
          new DoubleValue(a - b);
      case DurationValue(long a) when right instanceof DurationValue(long b) -> {
        long rest = a - b;
        boolean fits = ((a ^ b) & (a ^ rest)) >= 0;
        yield fits ? new DurationValue(rest) : ErrorValue.DURATION_OVERFLOW;
      }
      case TimestampValue a when right instanceof DurationValue(long b) ->
          TimestampValue.of(a.value().minusNanos(b));
      case TimestampValue a when right instanceof TimestampValue b -> between(a, b);
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  private static Value between(TimestampValue later, TimestampValue earlier) {
    try {
      return new DurationValue(Duration.between(earlier.value(), later.value()).toNanos());
    } catch (ArithmeticException _) {
      return ErrorValue.DURATION_OVERFLOW;
    }
  }

  static Value multiply(Value left, Value right) {
    return switch (left) {
      case IntValue(long a) when right instanceof IntValue(long b) ->
          Math.multiplyHigh(a, b) == ((a * b) >> 63)
              ? new IntValue(a * b)
              : ErrorValue.INTEGER_OVERFLOW;
      case UintValue(long a) when right instanceof UintValue(long b) ->
          Math.unsignedMultiplyHigh(a, b) == 0
              ? new UintValue(a * b)
              : ErrorValue.UNSIGNED_OVERFLOW;
      case DoubleValue(double a) when right instanceof DoubleValue(double b) ->
          new DoubleValue(a * b);
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  static Value divide(Value left, Value right) {
    return switch (left) {
      case IntValue(long a) when right instanceof IntValue(long b) -> {
        if (b == 0) {
          yield new ErrorValue("division by zero");
        }
        yield a == Long.MIN_VALUE && b == -1 ? ErrorValue.INTEGER_OVERFLOW : new IntValue(a / b);
      }
      case UintValue(long a) when right instanceof UintValue(long b) ->
          b == 0 ? new ErrorValue("division by zero") : new UintValue(Long.divideUnsigned(a, b));
      case DoubleValue(double a) when right instanceof DoubleValue(double b) ->
          new DoubleValue(a / b);
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  static Value remainder(Value left, Value right) {
    return switch (left) {
      case IntValue(long a) when right instanceof IntValue(long b) -> {
        if (b == 0) {
          yield new ErrorValue("modulus by zero");
        }
        yield a == Long.MIN_VALUE && b == -1 ? ErrorValue.INTEGER_OVERFLOW : new IntValue(a % b);
      }
      case UintValue(long a) when right instanceof UintValue(long b) ->
          b == 0 ? new ErrorValue("modulus by zero") : new UintValue(Long.remainderUnsigned(a, b));
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  static Value negate(Value value) {
    return switch (value) {
      case IntValue(long a) -> a == Long.MIN_VALUE ? ErrorValue.INTEGER_OVERFLOW : new IntValue(-a);
      case DoubleValue(double a) -> new DoubleValue(-a);
      case DurationValue(long a) ->
          a == Long.MIN_VALUE ? ErrorValue.DURATION_OVERFLOW : new DurationValue(-a);
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }
}

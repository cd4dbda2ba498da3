package io.kubejar.apimachinery.cel.plan;

import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.DoubleValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.ListValue;
import io.kubejar.apimachinery.cel.value.MapValue;
import io.kubejar.apimachinery.cel.value.OptionalValue;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.UintValue;
import io.kubejar.apimachinery.cel.value.Value;
import org.jspecify.annotations.Nullable;

/// The kinds of [Path], and the test whether one leads anywhere.
final class Paths {
  private Paths() {}

  /// A variable of the environment.
  record Variable(String name, int cost) implements Path {
    @Override
    public Value evaluate(Frame frame) {
      frame.charge(cost);
      return frame.variable(name);
    }

    @Override
    public Path withFreeBeginning() {
      return new Variable(name, 0);
    }
  }

  /// A variable of a loop.
  record Slot(int index, int cost) implements Path {
    @Override
    public Value evaluate(Frame frame) {
      frame.charge(cost);
      return frame.slot(index);
    }

    @Override
    public Path withFreeBeginning() {
      return new Slot(index, 0);
    }
  }

  /// One step further: `.name`, `[key]`, and both with a question mark.
  ///
  /// @param key what is looked up
  /// @param baseCost of the beginning, if `from` is no path
  /// @param cost of the step; a step that may fail and does costs nothing
  /// @param isOptional whether the outcome is an optional value
  record Step(Node from, Node key, int baseCost, int cost, boolean isOptional) implements Path {
    @Override
    public Value evaluate(Frame frame) {
      var container = from.evaluate(frame);
      frame.charge(baseCost);
      if (container instanceof ErrorValue || container.equals(OptionalValue.NONE)) {
        return container;
      }
      var name = key.evaluate(frame);
      if (name instanceof ErrorValue) {
        return name;
      }
      boolean mayFail = isOptional || container instanceof OptionalValue;
      var found = mayFail ? optional(held(container), name) : required(container, name);
      frame.charge(mayFail && found.equals(OptionalValue.NONE) ? 0 : cost);
      return found;
    }

    private static Value held(Value container) {
      return container instanceof OptionalValue(var held) && held != null ? held : container;
    }

    @Override
    public Path withFreeBeginning() {
      return from instanceof Path path
          ? new Step(path.withFreeBeginning(), key, baseCost, cost, isOptional)
          : new Step(from, key, 0, cost, isOptional);
    }
  }

  /// `has(a.b)`. Costs what the way to `a` costs.
  record Presence(Node from, Value name) implements Node {
    @Override
    public Value evaluate(Frame frame) {
      var container = from.evaluate(frame);
      if (container instanceof OptionalValue(var held)) {
        return held == null ? BoolValue.FALSE : isPresent(held);
      }
      return container instanceof ErrorValue ? container : isPresent(container);
    }

    private Value isPresent(Value container) {
      var found = lookup(container, name);
      if (found instanceof OptionalValue(var held)) {
        return BoolValue.of(held != null);
      }
      return isMissing(container) ? ErrorValue.noSuchKey(name) : BoolValue.of(found != null);
    }

    private static boolean isMissing(Value container) {
      return !(container instanceof MapValue) && !(container instanceof ListValue);
    }
  }

  private static Value optional(Value container, Value name) {
    var found = lookup(container, name);
    return switch (found) {
      case null ->
          container instanceof MapValue || container instanceof ListValue
              ? OptionalValue.NONE
              : missing(container, name);
      case OptionalValue already -> already;
      case ErrorValue error -> error;
      case Value value -> OptionalValue.of(value);
    };
  }

  private static Value required(Value container, Value name) {
    var found = lookup(container, name);
    return found == null ? missing(container, name) : found;
  }

  private static Value missing(Value container, Value name) {
    return switch (container) {
      case ListValue _ -> index(name) < 0 && !isIndex(name) ? badIndex(name) : outOfBounds(name);
      case MapValue _ -> ErrorValue.noSuchKey(name);
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  private static ErrorValue outOfBounds(Value name) {
    return new ErrorValue("index out of bounds: " + name.text());
  }

  private static ErrorValue badIndex(Value name) {
    return new ErrorValue("unsupported index type '%s' in list".formatted(name.typeName()));
  }

  private static @Nullable Value lookup(Value container, Value name) {
    return switch (container) {
      case MapValue map -> map.find(name);
      case ListValue list -> {
        long index = index(name);
        yield index < 0 || index >= list.length() ? null : list.get((int) index);
      }
      case Value _ -> null;
    };
  }

  private static boolean isIndex(Value name) {
    return name instanceof IntValue
        || name instanceof UintValue
        || (name instanceof DoubleValue(double number) && number == Math.rint(number));
  }

  /// Below zero for what is no place in a list.
  private static long index(Value name) {
    return switch (name) {
      case IntValue(long number) -> number;
      case UintValue(long bits) -> bits;
      case DoubleValue(double number) -> number == Math.rint(number) ? (long) number : -1;
      case StringValue _ -> -1;
      case Value _ -> -1;
    };
  }
}

package io.kubejar.apimachinery.cel.plan;

import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.OptionalValue;
import io.kubejar.apimachinery.cel.value.Value;

/// Operators that need not look at all their operands, or live with a failed one.
final class Logic {
  private Logic() {}

  /// `&&` (decided by false) and `||` (decided by true). Either side decides, whatever the other
  /// is.
  record Junction(Node left, Node right, BoolValue decisive) implements Node {
    @Override
    public Value evaluate(Frame frame) {
      var first = left.evaluate(frame);
      if (first.equals(decisive)) {
        return decisive;
      }
      var second = right.evaluate(frame);
      if (second.equals(decisive)) {
        return decisive;
      }
      if (first instanceof BoolValue && second instanceof BoolValue) {
        return second;
      }
      return first instanceof ErrorValue
          ? first
          : second instanceof ErrorValue ? second : ErrorValue.NO_SUCH_OVERLOAD;
    }
  }

  /// Goes on while the value is true or failed; the condition of loops.
  record NotStrictlyFalse(Node value) implements Node {
    @Override
    public Value evaluate(Frame frame) {
      var is = value.evaluate(frame);
      frame.charge(1);
      return is instanceof BoolValue ? is : BoolValue.TRUE;
    }
  }

  /// `optional.or(other)` and `optional.orValue(other)`.
  record OrElse(Node optional, Node other, boolean unwraps) implements Node {
    @Override
    public Value evaluate(Frame frame) {
      var first = optional.evaluate(frame);
      if (!(first instanceof OptionalValue(var held))) {
        return first instanceof ErrorValue ? first : ErrorValue.NO_SUCH_OVERLOAD;
      }
      return held == null ? other.evaluate(frame) : unwraps ? held : first;
    }
  }
}

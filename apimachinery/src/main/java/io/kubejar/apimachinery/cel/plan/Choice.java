package io.kubejar.apimachinery.cel.plan;

import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.Value;

/// `condition ? then : otherwise`. Costs nothing itself.
record Choice(Node condition, Node then, Node otherwise) implements Path {

  static Choice of(Node condition, Node then, Node otherwise) {
    return new Choice(condition, branch(then), branch(otherwise));
  }

  private static Node branch(Node node) {
    return node instanceof Path path ? path.withFreeBeginning() : node;
  }

  @Override
  public Value evaluate(Frame frame) {
    return switch (condition.evaluate(frame)) {
      case BoolValue(boolean is) -> (is ? then : otherwise).evaluate(frame);
      case ErrorValue error -> error;
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  @Override
  public Path withFreeBeginning() {
    return this;
  }
}

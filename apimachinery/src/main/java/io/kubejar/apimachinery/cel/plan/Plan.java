package io.kubejar.apimachinery.cel.plan;

import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.Value;

/// An expression ready to be evaluated, by many threads at once.
public final class Plan {
  private final Node root;
  private final int slots;

  Plan(Node root, int slots) {
    this.root = root;
    this.slots = slots;
  }

  /// The value, or the failure that came out.
  ///
  /// @throws Meter.LimitExceeded when the meter is at its limit
  public Value evaluate(Bindings bindings, Meter meter) {
    try {
      return root.evaluate(new Frame(bindings, slots, meter));
    } catch (StackOverflowError _) {
      return new ErrorValue("the expression is nested too deeply");
    }
  }
}

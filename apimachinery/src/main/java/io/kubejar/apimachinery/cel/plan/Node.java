package io.kubejar.apimachinery.cel.plan;

import io.kubejar.apimachinery.cel.value.Value;

/// A part of an expression that can be evaluated.
interface Node {

  /// The value, or an [io.kubejar.apimachinery.cel.value.ErrorValue]. Never throws for what an
  /// expression does.
  ///
  /// @throws Meter.LimitExceeded if the evaluation has become too expensive
  Value evaluate(Frame frame);
}

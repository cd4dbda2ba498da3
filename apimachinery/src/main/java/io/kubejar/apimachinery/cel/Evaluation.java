package io.kubejar.apimachinery.cel;

import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.Optional;

/// What came out of evaluating an expression.
///
/// @param value the value or the failure
/// @param cost in upstream's units
/// @param exceedsLimit whether it was stopped because it cost too much; then the value is a failure
public record Evaluation(Value value, long cost, boolean exceedsLimit) {

  /// The failure's message, if it failed.
  public Optional<String> failure() {
    return value instanceof ErrorValue(var message) ? Optional.of(message) : Optional.empty();
  }
}

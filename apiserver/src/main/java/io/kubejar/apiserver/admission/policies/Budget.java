package io.kubejar.apiserver.admission.policies;

import io.kubejar.apimachinery.cel.Expression;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.Value;

/// The cost that a group of expressions may have together. Used by one thread.
final class Budget {
  /// For the validations of a policy under one binding.
  static final long VALIDATIONS = 10_000_000;

  /// For the match conditions of a policy or webhook.
  static final long MATCH_CONDITIONS = 2_500_000;

  private long left;

  Budget(long all) {
    this.left = all;
  }

  /// Nothing more may be evaluated.
  static final class ExhaustedException extends Exception {
    private static final long serialVersionUID = 1L;

    ExhaustedException() {
      super(
          "validation failed due to running out of cost budget, no further validation rules will be"
              + " run",
          null,
          false,
          false);
    }
  }

  /// The expression's value, or its failure in upstream's words.
  Value evaluate(Expression expression, Activation activation) throws ExhaustedException {
    var compiled = expression.compiled();
    if (compiled == null) {
      return new ErrorValue("compilation error: " + expression.error());
    }
    var evaluation = compiled.evaluate(activation);
    spend(activation.takeVariablesCost());
    spend(evaluation.cost());
    return evaluation
        .failure()
        .<Value>map(
            why ->
                new ErrorValue(
                    "expression '" + expression.source() + "' resulted in error: " + why))
        .orElse(evaluation.value());
  }

  private void spend(long cost) throws ExhaustedException {
    if (cost > left) {
      left = -1;
      throw new ExhaustedException();
    }
    left -= cost;
  }
}

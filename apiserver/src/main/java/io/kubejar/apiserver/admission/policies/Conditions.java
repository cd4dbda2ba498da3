package io.kubejar.apiserver.admission.policies;

import io.kubejar.api.admissionregistration.v1.MatchCondition;
import io.kubejar.apimachinery.cel.Environment;
import io.kubejar.apimachinery.cel.Expression;
import io.kubejar.apimachinery.cel.type.Scalar;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.NullValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// Compiled match conditions.
record Conditions(List<Named> conditions) {

  private record Named(String name, Expression expression) {}

  static Conditions compile(Environment environment, List<MatchCondition> conditions) {
    return new Conditions(
        conditions.stream()
            .map(
                condition ->
                    new Named(
                        condition.name(),
                        Expression.compile(environment, condition.expression(), Scalar.BOOL)))
            .toList());
  }

  MatchOutcome match(RequestView view, ConditionWatch watch) {
    return match(view, NullValue.NULL, Map.of(), watch);
  }

  /// A condition that is false decides, whatever else fails. None of them sees the namespace.
  MatchOutcome match(
      RequestView view, Value params, Map<String, Expression> variables, ConditionWatch watch) {
    var start = watch.start();
    var activation = new Activation(view.withoutNamespace(), params, variables);
    var outcome = outcome(activation, watch);
    if (!(outcome instanceof MatchOutcome.Matches)) {
      watch.ended(start);
    }
    return outcome;
  }

  private MatchOutcome outcome(Activation activation, ConditionWatch watch) {
    var budget = new Budget(Budget.MATCH_CONDITIONS);
    var failures = new LinkedHashSet<String>();
    for (var condition : conditions) {
      try {
        var value = budget.evaluate(condition.expression(), activation);
        if (value instanceof ErrorValue(var message)) {
          failures.add(message);
          watch.failed();
        } else if (value.equals(BoolValue.FALSE)) {
          return new MatchOutcome.DoesNotMatch(condition.name());
        }
      } catch (Budget.ExhaustedException e) {
        return new MatchOutcome.Failed(String.valueOf(e.getMessage()));
      }
    }
    return failures.isEmpty()
        ? new MatchOutcome.Matches()
        : new MatchOutcome.Failed(aggregate(List.copyOf(failures)));
  }

  /// Several errors as one text, as Go's aggregates are printed.
  private static String aggregate(List<String> messages) {
    return messages.size() == 1 ? messages.getFirst() : "[" + String.join(", ", messages) + "]";
  }
}

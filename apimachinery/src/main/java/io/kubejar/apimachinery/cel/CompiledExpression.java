package io.kubejar.apimachinery.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.types.CelType;
import io.kubejar.apimachinery.cel.cost.CostEstimator;
import io.kubejar.apimachinery.cel.plan.Bindings;
import io.kubejar.apimachinery.cel.plan.Meter;
import io.kubejar.apimachinery.cel.plan.Plan;
import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import java.util.Set;

/// A checked expression, ready for any number of evaluations at once.
public final class CompiledExpression {
  /// The most that one evaluation may cost, about a tenth of a second of work.
  public static final long PER_CALL_LIMIT = 1_000_000;

  private final String source;
  private final CelAbstractSyntaxTree checked;
  private final Plan plan;

  CompiledExpression(String source, CelAbstractSyntaxTree checked, Plan plan) {
    this.source = source;
    this.checked = checked;
    this.plan = plan;
  }

  public String source() {
    return source;
  }

  /// The type of every value it yields.
  public CelType resultType() {
    return checked.getResultType();
  }

  /// Which of these names the expression selects as a field, on whatever value.
  public boolean selects(String field) {
    return FieldNames.of(checked.getExpr()).contains(field);
  }

  /// Names of all fields that the expression selects.
  public Set<String> selectedFields() {
    return FieldNames.of(checked.getExpr());
  }

  /// Whether the expression uses a variable.
  public boolean uses(String variable) {
    return checked.getReferenceMap().values().stream()
        .anyMatch(reference -> reference.name().equals(variable));
  }

  /// The most that an evaluation can cost; [Long#MAX_VALUE] for anything beyond.
  ///
  /// @param root the type of the variable that all the others share
  public long maxCost(DeclType root) {
    return CostEstimator.estimate(checked, root).max();
  }

  /// Evaluates with the usual limit.
  public Evaluation evaluate(Bindings bindings) {
    return evaluate(bindings, PER_CALL_LIMIT);
  }

  /// Evaluates; what fails or costs too much is told by the outcome.
  ///
  /// @param limit the largest cost allowed
  public Evaluation evaluate(Bindings bindings, long limit) {
    var meter = new Meter(limit);
    try {
      return new Evaluation(plan.evaluate(bindings, meter), meter.cost(), false);
    } catch (Meter.LimitExceeded e) {
      return new Evaluation(new ErrorValue(String.valueOf(e.getMessage())), meter.cost(), true);
    }
  }
}

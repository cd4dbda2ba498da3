package io.kubejar.apiserver.admission.policies;

import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.cel.Expression;
import io.kubejar.apimachinery.cel.Variables;
import io.kubejar.apimachinery.cel.plan.Bindings;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.MapValue;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the variables of a policy's expressions stand for during one run. A composed variable is
/// evaluated when it is first used. Used by one thread.
final class Activation implements Bindings {
  private final RequestView view;
  private final Value params;
  private final Map<String, Expression> expressions;
  private final Map<String, Value> evaluated = new HashMap<>();
  private long variablesCost;

  Activation(RequestView view, Value params, Map<String, Expression> expressions) {
    this.view = view;
    this.params = params;
    this.expressions = expressions;
  }

  @Override
  public @Nullable Value find(String variable) {
    return switch (variable) {
      case "params" -> params;
      case Variables.NAME -> new Composed(this);
      default -> view.find(variable);
    };
  }

  /// What variables have cost since this was last asked.
  long takeVariablesCost() {
    long cost = variablesCost;
    variablesCost = 0;
    return cost;
  }

  private Value evaluate(String name, Expression expression) {
    var known = evaluated.get(name);
    if (known != null) {
      return known;
    }
    var value = fresh(name, expression);
    evaluated.put(name, value);
    return value;
  }

  private Value fresh(String name, Expression expression) {
    var composited = "composited variable " + GoText.quoted(name);
    var compiled = expression.compiled();
    if (compiled == null) {
      return new ErrorValue(composited + " fails to compile: " + expression.error());
    }
    var evaluation = compiled.evaluate(this);
    variablesCost += evaluation.cost();
    return evaluation
        .failure()
        .<Value>map(why -> new ErrorValue(composited + " fails to evaluate: " + why))
        .orElse(evaluation.value());
  }

  /// `variables`
  private record Composed(Activation activation) implements MapValue {
    @Override
    public @Nullable Value find(Value key) {
      if (!(key instanceof StringValue(var name))) {
        return null;
      }
      var expression = activation.expressions.get(name);
      return expression == null ? null : activation.evaluate(name, expression);
    }

    @Override
    public List<Value> keys() {
      return activation.expressions.keySet().stream().<Value>map(StringValue::new).toList();
    }
  }
}

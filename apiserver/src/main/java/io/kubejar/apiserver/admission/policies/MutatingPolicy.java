package io.kubejar.apiserver.admission.policies;

import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.Mutation;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.apply.StructuredMerge;
import io.kubejar.apimachinery.cel.Environment;
import io.kubejar.apimachinery.cel.Environments;
import io.kubejar.apimachinery.cel.Expression;
import io.kubejar.apimachinery.cel.MutationTypes;
import io.kubejar.apimachinery.cel.Variables;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.JsonViews;
import io.kubejar.apimachinery.cel.value.MapValue;
import io.kubejar.apimachinery.cel.value.ObjectValue;
import io.kubejar.apimachinery.cel.value.Value;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.patch.JsonPatch;
import io.kubejar.apimachinery.schema.TypeSchema;
import java.util.List;

/// A MutatingAdmissionPolicy with its expressions compiled.
final class MutatingPolicy {
  private static final String IGNORE = "Ignore";
  private static final String IF_NEEDED = "IfNeeded";
  private static final String TEST_FAILED = "testing value";

  private final MutatingAdmissionPolicy policy;
  private final Variables variables;
  private final Conditions conditions;
  private final List<Step> steps;

  /// One mutation.
  private record Step(Expression expression, boolean isPatch) {}

  /// A mutation that cannot be carried out.
  static final class MutationException extends Exception {
    private static final long serialVersionUID = 1L;

    MutationException(String message) {
      super(message);
    }
  }

  MutatingPolicy(MutatingAdmissionPolicy policy) {
    this.policy = policy;
    var spec = policy.spec();
    var plain = ValidatingPolicy.withParams(Environments.mutation(), spec.paramKind() != null);
    this.variables = Variables.compile(plain, ValidatingPolicy.variables(spec.variables()));
    var environment = variables.environment();
    this.conditions = Conditions.compile(environment, spec.matchConditions());
    this.steps = spec.mutations().stream().map(mutation -> step(environment, mutation)).toList();
  }

  private static Step step(Environment environment, Mutation mutation) {
    var patch = mutation.jsonPatch();
    if (patch != null) {
      return new Step(compile(environment, patch.expression(), true), true);
    }
    var configuration = mutation.applyConfiguration();
    var source = configuration == null ? "" : configuration.expression();
    return new Step(compile(environment, source, false), false);
  }

  private static Expression compile(Environment environment, String source, boolean isPatch) {
    return Expression.compile(
        environment.with(MutationTypes.in(source)),
        source,
        isPatch ? MutationTypes.PATCHES : MutationTypes.APPLIED);
  }

  MutatingAdmissionPolicy policy() {
    return policy;
  }

  String name() {
    return policy.metadata().name();
  }

  boolean ignoresFailures() {
    return IGNORE.equals(policy.spec().failurePolicy());
  }

  boolean isReinvocable() {
    return IF_NEEDED.equals(policy.spec().reinvocationPolicy());
  }

  MatchOutcome match(RequestView view, Value params, ConditionWatch watch) {
    return conditions.match(view, params, variables.expressions(), watch);
  }

  int steps() {
    return steps.size();
  }

  /// The object after one of the mutations.
  ///
  /// @param view with the object as it is before
  JsonObject mutate(int step, JsonObject object, RequestView view, Value params, TypeSchema type)
      throws MutationException {
    var mutation = steps.get(step);
    var value = evaluate(mutation.expression(), view, params);
    requireMatchingNames(value, "Object");
    var made =
        JsonViews.json(value)
            .orElseThrow(() -> new MutationException("the expression's value has no JSON form"));
    return mutation.isPatch() ? patched(object, made) : applied(object, made, type);
  }

  private Value evaluate(Expression expression, RequestView view, Value params)
      throws MutationException {
    try {
      var value =
          new Budget(Budget.VALIDATIONS)
              .evaluate(expression, new Activation(view, params, variables.expressions()));
      if (value instanceof ErrorValue(var why)) {
        throw new MutationException(why);
      }
      return value;
    } catch (Budget.ExhaustedException e) {
      throw new MutationException(String.valueOf(e.getMessage()));
    }
  }

  /// An object inside another must be named after its field: `Object.spec` in `Object{spec: ...}`.
  private static void requireMatchingNames(Value value, String path) throws MutationException {
    if (!(value instanceof ObjectValue object) || !object.typeName().startsWith("Object")) {
      return;
    }
    if (!object.typeName().equals(path)) {
      throw new MutationException(
          "type mismatch: unexpected type name \"%s\", expected \"%s\", which matches field name path from root Object type"
              .formatted(object.typeName(), path));
    }
    for (var key : object.keys()) {
      var field = ((MapValue) object).find(key);
      if (field != null) {
        requireMatchingNames(field, path + "." + key.text());
      }
    }
  }

  private static JsonObject patched(JsonObject object, JsonValue patch) throws MutationException {
    try {
      return (JsonObject) JsonPatch.apply(object, patch);
    } catch (ApiException e) {
      var message = String.valueOf(e.getMessage());
      if (message.contains(TEST_FAILED)) {
        return object; // A test that fails means that there is nothing to do.
      }
      throw new MutationException("JSON Patch: " + message);
    }
  }

  private static JsonObject applied(JsonObject object, JsonValue configuration, TypeSchema type)
      throws MutationException {
    var atomics = StructuredMerge.atomics(configuration, type);
    if (!atomics.isEmpty()) {
      throw new MutationException(
          "error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or"
              + " structs: "
              + String.join(", ", atomics));
    }
    return (JsonObject) StructuredMerge.merge(object, configuration, type);
  }
}

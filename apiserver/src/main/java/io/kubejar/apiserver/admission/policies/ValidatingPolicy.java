package io.kubejar.apiserver.admission.policies;

import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.Variable;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.Reasons;
import io.kubejar.apimachinery.cel.Environment;
import io.kubejar.apimachinery.cel.Environments;
import io.kubejar.apimachinery.cel.Expression;
import io.kubejar.apimachinery.cel.Variables;
import io.kubejar.apimachinery.cel.type.Scalar;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.NullValue;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A ValidatingAdmissionPolicy with its expressions compiled.
final class ValidatingPolicy {
  private static final int LONGEST_MESSAGE_BYTES = 5 * 1024;
  private static final String IGNORE = "Ignore";

  private final ValidatingAdmissionPolicy policy;
  private final Variables variables;
  private final Conditions conditions;
  private final List<Rule> rules;
  private final List<Annotation> annotations;

  /// One of the policy's validations.
  private record Rule(
      Expression expression, @Nullable Expression message, String fixedMessage, String reason) {}

  /// A note for the audit log.
  private record Annotation(String key, Expression value) {}

  /// What a validation decided.
  sealed interface Decision {
    record Admit() implements Decision {}

    /// It could not be evaluated, which does not matter.
    record AdmitFailure(String message, Duration took) implements Decision {}

    /// @param reason such as `Forbidden`; empty if it could not be evaluated
    record Refuse(String message, String reason, Duration took) implements Decision {}
  }

  /// What an audit annotation yields.
  sealed interface Note {
    record Publish(String key, String value) implements Note {}

    record Failure(String message, Duration took) implements Note {}
  }

  /// Everything that a run yields.
  ///
  /// @param decisions one for each validation, or one for a policy that failed as a whole
  record Outcome(List<Decision> decisions, List<Note> notes) {
    static final Outcome NOTHING = new Outcome(List.of(), List.of());
  }

  ValidatingPolicy(ValidatingAdmissionPolicy policy) {
    this.policy = policy;
    var spec = policy.spec();
    boolean hasParams = spec.paramKind() != null;
    var plain = withParams(Environments.admission(), hasParams);
    this.variables = Variables.compile(plain, variables(spec.variables()));
    var environment = variables.environment();
    var forMessages =
        variables.in(withParams(Environments.admissionWithoutAuthorizer(), hasParams));
    this.conditions = Conditions.compile(environment, spec.matchConditions());
    this.rules =
        spec.validations().stream()
            .map(
                each ->
                    new Rule(
                        Expression.compile(environment, each.expression(), Scalar.BOOL),
                        each.messageExpression().isEmpty()
                            ? null
                            : Expression.compile(
                                forMessages, each.messageExpression(), Scalar.STRING),
                        each.message(),
                        Objects.requireNonNullElse(each.reason(), Reasons.INVALID)))
            .toList();
    this.annotations =
        spec.auditAnnotations().stream()
            .map(
                each ->
                    new Annotation(
                        each.key(),
                        Expression.compile(
                            environment, each.valueExpression(), Scalar.STRING, Scalar.NULL)))
            .toList();
  }

  static Map<String, String> variables(List<Variable> variables) {
    var sources = new LinkedHashMap<String, String>();
    variables.forEach(variable -> sources.put(variable.name(), variable.expression()));
    return sources;
  }

  static Environment withParams(Environment environment, boolean hasParams) {
    return hasParams ? environment.with("params", Scalar.DYN) : environment;
  }

  ValidatingAdmissionPolicy policy() {
    return policy;
  }

  String name() {
    return policy.metadata().name();
  }

  boolean ignoresFailures() {
    return IGNORE.equals(policy.spec().failurePolicy());
  }

  Outcome run(RequestView view, Value params, ConditionWatch watch, InstantSource clock) {
    var matched = conditions.match(view, params, variables.expressions(), watch);
    return switch (matched) {
      case MatchOutcome.DoesNotMatch _ -> Outcome.NOTHING;
      case MatchOutcome.Failed(var why) -> failed(why);
      case MatchOutcome.Matches() -> validate(view, params, clock);
    };
  }

  private Outcome failed(String why) {
    return new Outcome(List.of(failure(why, Duration.ZERO)), List.of());
  }

  private Decision failure(String why, Duration took) {
    return ignoresFailures()
        ? new Decision.AdmitFailure(why, took)
        : new Decision.Refuse(why, "", took);
  }

  /// A value and how long it took to get it.
  private record Timed(Value value, Duration took) {
    static Timed evaluate(
        Budget budget, Expression expression, Activation activation, InstantSource clock)
        throws Budget.ExhaustedException {
      var start = clock.instant();
      var value = budget.evaluate(expression, activation);
      return new Timed(value, Duration.between(start, clock.instant()));
    }
  }

  private Outcome validate(RequestView view, Value params, InstantSource clock) {
    try {
      var activation = new Activation(view, params, variables.expressions());
      var budget = new Budget(Budget.VALIDATIONS);
      var values = new ArrayList<Timed>();
      for (var rule : rules) {
        values.add(Timed.evaluate(budget, rule.expression(), activation, clock));
      }
      var decisions = new ArrayList<Decision>();
      for (int i = 0; i < values.size(); i++) {
        decisions.add(decision(rules.get(i), values.get(i), activation, budget));
      }
      return new Outcome(decisions, notes(activation, clock));
    } catch (Budget.ExhaustedException e) {
      return failed(String.valueOf(e.getMessage()));
    }
  }

  private Decision decision(Rule rule, Timed timed, Activation activation, Budget budget) {
    if (timed.value() instanceof ErrorValue(var why)) {
      return failure(why, timed.took());
    }
    if (BoolValue.isTrue(timed.value())) {
      return new Decision.Admit();
    }
    try {
      var message = message(rule, activation, budget);
      return new Decision.Refuse(message, rule.reason(), timed.took());
    } catch (Budget.ExhaustedException e) {
      return failure("failed messageExpression: " + e.getMessage(), timed.took());
    }
  }

  /// What the message's expression yields, else the fixed message, else the expression itself.
  private static String message(Rule rule, Activation activation, Budget budget)
      throws Budget.ExhaustedException {
    if (rule.message() != null
        && budget.evaluate(rule.message(), activation) instanceof StringValue(var text)) {
      var message = text.strip();
      if (!message.isEmpty()
          && message.indexOf('\n') < 0
          && Bytes.utf8(message).size() <= LONGEST_MESSAGE_BYTES) {
        return message;
      }
    }
    var fixed = rule.fixedMessage().strip();
    return fixed.isEmpty() ? "failed expression: " + rule.expression().source().strip() : fixed;
  }

  private List<Note> notes(Activation activation, InstantSource clock)
      throws Budget.ExhaustedException {
    var budget = new Budget(Budget.VALIDATIONS);
    var notes = new ArrayList<Note>();
    for (var annotation : annotations) {
      var timed = Timed.evaluate(budget, annotation.value(), activation, clock);
      switch (timed.value()) {
        case StringValue(var text) when !text.isBlank() ->
            notes.add(new Note.Publish(annotation.key(), text.strip()));
        case StringValue _, NullValue _ -> {}
        case ErrorValue(var why) -> {
          if (!ignoresFailures()) {
            notes.add(new Note.Failure(why, timed.took()));
          }
        }
        case Value other ->
            notes.add(
                new Note.Failure(
                    "valueExpression '%s' resulted in unsupported return type: %s. Return type must be either string or null."
                        .formatted(annotation.value().source(), other.typeName()),
                    timed.took()));
      }
    }
    return notes;
  }
}

package io.kubejar.apimachinery.cel.rules;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.cel.CompiledExpression;
import io.kubejar.apimachinery.cel.plan.Bindings;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.OptionalValue;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.Value;
import io.kubejar.apimachinery.structural.NodeRules;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One run of a node's rules over one value.
final class NodeRun {
  private static final int LONGEST_MESSAGE_BYTES = 5 * 1024;
  private static final String OVER_LIMIT = "operation cancelled: actual cost limit exceeded";

  private final StructuralSchema schema;
  private final NodeRules.Call call;
  private final Bindings plain;
  private final Bindings optional;
  private final List<FieldError> errors = new ArrayList<>();
  private final List<FieldError> warnings = new ArrayList<>();
  private long budget;

  NodeRun(StructuralSchema schema, NodeRules.Call call) {
    this.schema = schema;
    this.call = call;
    this.budget = call.budget();
    var self = SchemaValues.of(call.self(), schema);
    var old = call.oldSelf() == null ? null : SchemaValues.of(call.oldSelf(), schema);
    this.plain = bindings(self, old);
    this.optional = bindings(self, new OptionalValue(old));
  }

  private static Bindings bindings(Value self, @Nullable Value oldSelf) {
    return name ->
        switch (name) {
          case RuleCompiler.SELF -> self;
          case RuleCompiler.OLD_SELF -> oldSelf;
          default -> null;
        };
  }

  NodeRules.Outcome run(List<CompiledRule> rules) {
    for (var rule : rules) {
      if (budget < 0) {
        break;
      }
      if (rule.error() != null) {
        invalid("rule compile error: " + rule.error());
      } else if (rule.expression() != null && isAsked(rule)) {
        evaluate(rule, rule.expression());
      }
    }
    return new NodeRules.Outcome(errors, warnings, budget);
  }

  /// A rule about a change is not asked where there was nothing before, unless it says it may be.
  private boolean isAsked(CompiledRule rule) {
    return !rule.usesOldSelf() || call.oldSelf() != null || rule.isOldSelfOptional();
  }

  private void evaluate(CompiledRule rule, CompiledExpression expression) {
    var evaluation = expression.evaluate(rule.isOldSelfOptional() ? optional : plain);
    if (evaluation.cost() > budget) {
      stop(
          "validation failed due to running out of cost budget, no further validation rules will be"
              + " run");
      return;
    }
    budget -= evaluation.cost();
    var failure = evaluation.failure().orElse(null);
    if (failure != null) {
      failed(rule, failure);
    } else if (!BoolValue.isTrue(evaluation.value())) {
      refused(rule);
    }
  }

  private void failed(CompiledRule rule, String failure) {
    if (failure.startsWith("no such overload")) {
      invalid(
          "'%s': call arguments did not match a supported operator, function or macro signature for rule: %s"
              .formatted(failure, rule.name()));
    } else if (failure.startsWith(OVER_LIMIT)) {
      stop(
          "'%s': no further validation rules will be run due to call cost exceeds limit for rule: %s"
              .formatted(failure, rule.name()));
    } else {
      invalid(failure + " evaluating rule: " + rule.name());
    }
  }

  private void invalid(String detail) {
    errors.add(FieldError.invalid(call.path().text(), schema.type(), detail));
  }

  private void stop(String detail) {
    invalid(detail);
    budget = -1;
  }

  private void refused(CompiledRule rule) {
    var field =
        rule.fieldPath().isEmpty()
            ? call.path().text()
            : call.path().child(rule.fieldPath()).text();
    var detail = rule.message() == null ? null : message(rule, rule.message(), field);
    if (budget < 0) {
      return;
    }
    add(rule, error(rule, field, detail == null ? rule.messageOrDefault() : detail));
  }

  /// An unchanged value is only warned about, unless the rule is about changes.
  private void add(CompiledRule rule, FieldError error) {
    if (!rule.usesOldSelf() && call.unchanged().getAsBoolean()) {
      warnings.add(error);
    } else {
      errors.add(error);
    }
  }

  private FieldError error(CompiledRule rule, String field, String detail) {
    boolean isShown = !schema.type().equals("object") && !schema.type().equals("array");
    return switch (rule.rule().reason()) {
      case "FieldValueForbidden" -> FieldError.forbidden(field, detail);
      case "FieldValueRequired" -> FieldError.required(field, detail);
      case "FieldValueDuplicate" ->
          isShown ? FieldError.duplicate(field, call.self()) : FieldError.duplicateUnshown(field);
      case null, default ->
          isShown
              ? FieldError.invalid(field, call.self(), detail)
              : FieldError.invalidUnshown(field, detail);
    };
  }

  /// The text that the message's expression yields; null if it yields none that can be used.
  private @Nullable String message(CompiledRule rule, CompiledExpression expression, String field) {
    var evaluation = expression.evaluate(plain);
    if (evaluation.cost() > budget) {
      add(
          rule,
          FieldError.invalid(
              field,
              schema.type(),
              "messageExpression evaluation failed due to running out of cost budget, no further"
                  + " validation rules will be run"));
      budget = -1;
      return null;
    }
    if (evaluation.exceedsLimit()) {
      add(
          rule,
          FieldError.invalid(
              field,
              schema.type(),
              "no further validation rules will be run due to call cost exceeds limit for"
                  + " messageExpression: "
                  + GoText.quoted(expression.source())));
      budget = -1;
      return null;
    }
    budget -= evaluation.cost();
    if (!(evaluation.value() instanceof StringValue(var text))) {
      return null;
    }
    var message = CompiledRule.trimmed(text);
    boolean isUsable =
        !message.isEmpty()
            && message.indexOf('\n') < 0
            && Bytes.utf8(message).size() <= LONGEST_MESSAGE_BYTES;
    return isUsable ? message : null;
  }
}

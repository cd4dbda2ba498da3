package io.kubejar.apimachinery.definitions;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.structural.SchemaPath;
import io.kubejar.apimachinery.structural.SchemaPath.InvalidPathException;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.structural.UnsupportedSchemaException;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.List;

/// What can be said of rules without understanding their language.
final class RuleTextChecks {
  private static final List<String> REASONS =
      List.of(
          "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");

  private final JsonObject schema;
  private final List<FieldError> errors = new ArrayList<>();

  private RuleTextChecks(JsonObject schema) {
    this.schema = schema;
  }

  static List<FieldError> check(JsonObject schema, FieldPath path) {
    var checks = new RuleTextChecks(schema);
    var rules = schema.list("x-kubernetes-validations");
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i) instanceof JsonObject rule) {
        checks.rule(rule, path.child("x-kubernetes-validations").index(i));
      }
    }
    return checks.errors;
  }

  private void rule(JsonObject rule, FieldPath path) {
    words(rule, path);
    var expression = rule.text("messageExpression");
    if (!expression.isEmpty() && expression.isBlank()) {
      required(path.child("messageExpression"), "messageExpression must be non-empty if specified");
    }
    var reason = DefinitionForm.text(rule, "reason");
    if (reason != null && !REASONS.contains(reason)) {
      errors.add(FieldError.notSupported(path.child("reason").text(), reason, REASONS));
    }
    fieldPath(rule.text("fieldPath"), path.child("fieldPath"));
  }

  private void words(JsonObject rule, FieldPath path) {
    var expression = rule.text("rule").strip();
    var message = rule.text("message");
    if (expression.isEmpty()) {
      required(path.child("rule"), "rule is not specified");
    } else if (!message.isEmpty() && message.isBlank()) {
      invalid(path.child("message"), message, "must be non-empty if specified");
    } else if (hasLineBreak(message.strip())) {
      invalid(path.child("message"), message, "must not contain line breaks");
    } else if (hasLineBreak(expression) && message.isBlank()) {
      required(path.child("message"), "message must be specified if rule contains line breaks");
    }
  }

  private void fieldPath(String fieldPath, FieldPath path) {
    if (fieldPath.isEmpty()) {
      return;
    }
    if (fieldPath.isBlank()) {
      invalid(path, fieldPath, "must be non-empty if specified");
    }
    if (hasLineBreak(fieldPath)) {
      invalid(path, fieldPath, "must not contain line breaks");
    }
    if (!isValid(fieldPath)) {
      invalid(path, fieldPath, "must be a valid path");
    }
  }

  /// A schema that cannot be parsed is refused for that.
  private boolean isValid(String fieldPath) {
    try {
      SchemaPath.resolve(fieldPath, StructuralSchema.parse(schema), true);
      return true;
    } catch (UnsupportedSchemaException unsupported) {
      return true;
    } catch (InvalidPathException wrong) {
      return false;
    }
  }

  private static boolean hasLineBreak(String text) {
    return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
  }

  private void required(FieldPath path, String detail) {
    errors.add(FieldError.required(path.text(), detail));
  }

  private void invalid(FieldPath path, String value, String detail) {
    errors.add(FieldError.invalid(path.text(), value, detail));
  }
}

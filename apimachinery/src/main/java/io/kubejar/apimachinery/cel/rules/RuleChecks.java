package io.kubejar.apimachinery.cel.rules;

import io.kubejar.apimachinery.cel.cost.Range;
import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.structural.RuleLanguage.Node;
import io.kubejar.apimachinery.structural.RuleLanguage.Request;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.structural.ValidationRule;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Checks the rules of a schema before it is accepted.
final class RuleChecks {
  private static final long EXPRESSION_LIMIT = 10_000_000;
  private static final long SCHEMA_LIMIT = 100_000_000;
  private static final int MOST_NAMED = 4;
  private static final double MOST_PRECISE = 100;

  private final Request request;
  private final List<FieldError> errors = new ArrayList<>();
  private final List<Expense> expenses = new ArrayList<>();
  private long total;

  /// What an expression adds to the total.
  private record Expense(FieldPath path, long cost) {}

  RuleChecks(Request request) {
    this.request = request;
  }

  List<FieldError> run() {
    request.nodes().forEach(this::check);
    if (total > SCHEMA_LIMIT) {
      expenses.stream()
          .sorted(Comparator.comparingLong(Expense::cost).reversed())
          .limit(MOST_NAMED)
          .forEach(
              expense ->
                  errors.add(
                      FieldError.forbidden(
                          expense.path().text(),
                          "contributed to estimated rule cost total exceeding cost limit for entire"
                              + " OpenAPIv3 schema")));
      errors.add(
          FieldError.forbidden(
              request.path().text(),
              tooExpensive(
                  "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema",
                  total,
                  SCHEMA_LIMIT)));
    }
    return errors;
  }

  private void check(Node node) {
    var path = node.path().child("x-kubernetes-validations");
    var type = SchemaTypes.of(node.schema(), node.resourceRoot()).orElse(null);
    if (type == null) {
      errors.add(
          FieldError.internal(
              path.text(),
              "internal error: failed to construct type information for x-kubernetes-validations"
                  + " rules: unable to convert structural schema to CEL declarations"));
      return;
    }
    var rules = RuleCompiler.compile(node.schema(), type);
    for (int i = 0; i < rules.size(); i++) {
      check(rules.get(i), node, type, path.index(i));
    }
  }

  private void check(CompiledRule rule, Node node, DeclType type, FieldPath path) {
    var most = mostValues(node);
    long cost =
        Range.product(
            rule.maxCost(),
            most != null ? most : SchemaTypes.LARGEST_REQUEST / (type.minSerializedSize() + 1));
    observe("estimated rule cost", path.child("rule"), cost);
    if (rule.error() != null) {
      errors.add(FieldError.invalid(path.child("rule").text(), shown(rule.rule()), rule.error()));
    }
    if (rule.messageError() != null) {
      errors.add(
          FieldError.invalid(
              path.child("messageExpression").text(), shown(rule.rule()), rule.messageError()));
    } else if (rule.message() != null) {
      observe(
          "estimated messageExpression cost",
          path.child("messageExpression"),
          rule.messageMaxCost());
    }
    checkOldSelf(rule, node, path);
  }

  private void observe(String what, FieldPath path, long cost) {
    if (!request.unchanged() && cost > EXPRESSION_LIMIT) {
      errors.add(FieldError.forbidden(path.text(), tooExpensive(what, cost, EXPRESSION_LIMIT)));
    }
    total = cost > Long.MAX_VALUE - total ? Long.MAX_VALUE : total + cost;
    if (cost >= SCHEMA_LIMIT / 100) {
      expenses.add(new Expense(path, cost));
    }
  }

  private void checkOldSelf(CompiledRule rule, Node node, FieldPath path) {
    var isOptional = rule.rule().optionalOldSelf();
    if (rule.usesOldSelf() && node.uncorrelated() != null) {
      errors.add(
          FieldError.invalid(
              path.child("rule").text(),
              rule.rule().rule(),
              "oldSelf cannot be used on the uncorrelatable portion of the schema within "
                  + node.uncorrelated().text()));
    } else if (!rule.usesOldSelf() && isOptional != null) {
      errors.add(
          FieldError.invalid(
              path.child("optionalOldSelf").text(),
              isOptional,
              "may not be set if oldSelf is not used in rule"));
    }
  }

  /// How many values of a node an object can have; null if no bound is declared.
  private static @Nullable Long mostValues(Node node) {
    long most = 1;
    for (var around = node.parent(); around != null; around = around.parent()) {
      var held = mostHeld(around.schema());
      if (held == null) {
        return null;
      }
      most = Range.product(most, held);
    }
    return most;
  }

  private static @Nullable Long mostHeld(StructuralSchema schema) {
    return switch (schema.type()) {
      case "object" ->
          schema.additional() == null
              ? Long.valueOf(1)
              : bound(schema.validation().maxProperties());
      case "array" -> bound(schema.validation().maxItems());
      default -> Long.valueOf(1);
    };
  }

  private static @Nullable Long bound(@Nullable Long declared) {
    return declared == null ? null : (Long) Math.max(0, declared);
  }

  private static String tooExpensive(String what, long cost, long limit) {
    double excess = (double) cost / (double) limit;
    var factor =
        excess > MOST_PRECISE
            ? "more than 100x"
            : String.format(Locale.ROOT, excess < 1.5 ? "%fx" : "%.1fx", excess);
    return what
        + " exceeds budget by factor of "
        + factor
        + " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where"
        + " arrays, maps, and strings are declared)";
  }

  /// The rule as upstream's internal type is printed.
  private static JsonObject shown(ValidationRule rule) {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("Rule", new JsonString(rule.rule()));
    fields.put("Message", new JsonString(rule.message()));
    fields.put("MessageExpression", new JsonString(rule.messageExpression()));
    fields.put("Reason", rule.reason() == null ? JsonNull.NULL : new JsonString(rule.reason()));
    fields.put("FieldPath", new JsonString(rule.fieldPath()));
    var isOptional = rule.optionalOldSelf();
    fields.put("OptionalOldSelf", isOptional == null ? JsonNull.NULL : JsonBoolean.of(isOptional));
    return new JsonObject(fields);
  }
}

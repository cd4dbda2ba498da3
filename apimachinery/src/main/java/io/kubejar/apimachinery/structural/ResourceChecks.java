package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Everything that a schema asks of a custom object: allowed values, embedded resources, list types
/// and rules, in this order. The object's own metadata and kind are not looked at.
///
/// @param rules null if the schema has none
public record ResourceChecks(
    StructuralSchema schema,
    ValueChecks values,
    @Nullable RuleWalk rules,
    MetadataRules metadataRules) {
  /// The cost units that the rules of one object may use.
  public static final long RULE_BUDGET = 10_000_000;

  /// Errors that mean that an object is not what rules were written for.
  private static final Set<FieldError.Type> BLOCKING =
      EnumSet.of(
          FieldError.Type.NOT_SUPPORTED,
          FieldError.Type.REQUIRED,
          FieldError.Type.TOO_LONG,
          FieldError.Type.TOO_MANY,
          FieldError.Type.TYPE_INVALID);

  public static ResourceChecks compile(
      StructuralSchema schema, NodeRules.Compiler rules, MetadataRules metadataRules) {
    return new ResourceChecks(
        schema,
        ValueChecks.compile(schema),
        RuleWalk.of(schema, true, rules).orElse(null),
        metadataRules);
  }

  /// What is wrong.
  ///
  /// @param warnings what rules say of parts that have not changed, as texts
  public record Verdict(List<FieldError> errors, List<String> warnings) {
    public Verdict {
      errors = List.copyOf(errors);
      warnings = List.copyOf(warnings);
    }
  }

  /// Checks a new object.
  public Verdict create(JsonObject object) {
    var errors = new ArrayList<>(values.check(object, FieldPath.root()));
    errors.addAll(embedded(object));
    errors.addAll(ListTypeChecks.check(object, schema));
    return withRules(errors, object, null, null);
  }

  /// Checks a changed object.
  public Verdict update(JsonObject object, JsonObject old) {
    var correlation = Correlation.of(object, old, schema);
    var errors = new ArrayList<>(values.checkUpdate(object, correlation, FieldPath.root()));
    errors.addAll(embedded(object));
    errors.addAll(listTypes(object, old));
    return withRules(errors, object, old, correlation);
  }

  /// Checks an object whose status was changed.
  public Verdict updateStatus(JsonObject object, JsonObject old) {
    var correlation = Correlation.of(object, old, schema);
    var errors = new ArrayList<FieldError>();
    var status = object.get("status");
    var checks = values.property("status");
    if (status != null && checks != null) {
      var inside = correlation.child("status");
      errors.addAll(
          inside == null
              ? checks.check(status, FieldPath.of("status"))
              : checks.checkUpdate(status, inside, FieldPath.of("status")));
    }
    errors.addAll(listTypes(object, old));
    return withRules(errors, object, old, correlation);
  }

  private List<FieldError> embedded(JsonObject object) {
    return EmbeddedResourceChecks.check(object, schema, FieldPath.root(), metadataRules);
  }

  /// An object that already was wrong may stay so.
  private List<FieldError> listTypes(JsonObject object, JsonObject old) {
    var errors = ListTypeChecks.check(object, schema);
    return errors.isEmpty() || ListTypeChecks.check(old, schema).isEmpty() ? errors : List.of();
  }

  private Verdict withRules(
      List<FieldError> errors,
      JsonObject object,
      @Nullable JsonObject old,
      @Nullable Correlation correlation) {
    if (rules == null) {
      return new Verdict(errors, List.of());
    }
    if (errors.stream().anyMatch(error -> BLOCKING.contains(error.type()))) {
      errors.add(
          FieldError.invalid(
              FieldPath.root().text(),
              null,
              "some validation rules were not checked because the object was invalid; correct the"
                  + " existing errors to complete validation"));
      return new Verdict(errors, List.of());
    }
    var outcome = rules.run(FieldPath.root(), object, old, correlation, RULE_BUDGET);
    errors.addAll(outcome.errors());
    return new Verdict(errors, outcome.warnings().stream().map(FieldError::text).toList());
  }
}

package io.kubejar.apimachinery.definitions;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.structural.DefaultChecks;
import io.kubejar.apimachinery.structural.RuleLanguage;
import io.kubejar.apimachinery.structural.StructuralChecks;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.structural.UnsupportedSchemaException;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether the schema of one version, or of all, is structural, has good defaults, uses allowed
/// keywords and sensible rules.
final class SchemaChecks {
  /// With a status subresource, the schema of the status is looked up in the properties: nothing at
  /// the root may say more about it. In upstream's words and order.
  private static final String ALLOWED_WITH_STATUS =
      "only [Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum"
          + " MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items"
          + " Properties ExternalDocs Example XPreserveUnknownFields XValidations] fields are"
          + " allowed at the root of the schema if the status subresource is enabled";

  private static final List<String> FORBIDDEN_BEFORE_TYPE = List.of("id", "$schema", "$ref");
  private static final List<String> FORBIDDEN_AFTER_TYPE =
      List.of(
          "nullable",
          "default",
          "enum",
          "maxProperties",
          "minProperties",
          "allOf",
          "oneOf",
          "anyOf",
          "not",
          "additionalProperties",
          "patternProperties",
          "dependencies",
          "additionalItems",
          "definitions",
          "x-kubernetes-embedded-resource",
          "x-kubernetes-int-or-string",
          "x-kubernetes-list-map-keys",
          "x-kubernetes-list-type",
          "x-kubernetes-map-type");

  private final DefinitionRules rules;
  private final List<FieldError> errors = new ArrayList<>();

  private SchemaChecks(DefinitionRules rules) {
    this.rules = rules;
  }

  /// @param unchanged whether the schema is what it was
  static List<FieldError> check(
      JsonObject schema,
      boolean statusEnabled,
      boolean unchanged,
      DefinitionRules rules,
      FieldPath path) {
    var checks = new SchemaChecks(rules);
    checks.schema(schema, statusEnabled, unchanged, path);
    return checks.errors;
  }

  private void schema(JsonObject schema, boolean statusEnabled, boolean unchanged, FieldPath path) {
    if (statusEnabled) {
      root(schema, path);
    }
    if (DefinitionForm.flag(schema, "nullable")) {
      errors.add(
          FieldError.forbidden(
              path.child("nullable").text(), "nullable cannot be true at the root"));
    }
    @Nullable StructuralSchema parsed = null;
    @Nullable FieldError unparsed = null;
    if (rules.structural()) {
      try {
        parsed = structural(StructuralSchema.parse(schema), path);
      } catch (UnsupportedSchemaException unsupported) {
        unparsed = FieldError.invalid(path.text(), "", String.valueOf(unsupported.getMessage()));
      }
    }
    var keywords = new KeywordChecks(rules);
    keywords.check(schema, path, parsed);
    errors.addAll(keywords.errors());
    if (parsed != null && !keywords.ruleNodes().isEmpty()) {
      errors.addAll(
          rules
              .language()
              .check(
                  new RuleLanguage.Request(
                      path,
                      keywords.ruleNodes(),
                      rules.storedRules(),
                      rules.storedMessages(),
                      unchanged)));
    }
    if (errors.isEmpty() && unparsed != null) {
      errors.add(unparsed); // Mostly the keywords were told more precisely before.
    }
  }

  /// The schema if it has good structure and defaults; null if not.
  private @Nullable StructuralSchema structural(StructuralSchema schema, FieldPath path) {
    var wrong = StructuralChecks.check(schema, path);
    if (wrong.isEmpty()) {
      wrong =
          DefaultChecks.check(
              schema, path, rules.metadata(), rules.language(), rules.prunedDefaults());
    }
    errors.addAll(wrong);
    return wrong.isEmpty() ? schema : null;
  }

  private void root(JsonObject schema, FieldPath path) {
    boolean early = FORBIDDEN_BEFORE_TYPE.stream().anyMatch(name -> isSet(schema, name));
    var type = schema.text("type");
    if (!early && !type.isEmpty() && !type.equals("object")) {
      errors.add(
          FieldError.invalid(
              path.child("type").text(),
              type,
              "only \"object\" is allowed as the type at the root of the schema if the status"
                  + " subresource is enabled"));
    } else if (early || FORBIDDEN_AFTER_TYPE.stream().anyMatch(name -> isSet(schema, name))) {
      errors.add(FieldError.invalid(path.text(), schema, ALLOWED_WITH_STATUS));
    }
  }

  private static boolean isSet(JsonObject schema, String name) {
    return switch (schema.get(name)) {
      case null -> false;
      case JsonNull _ -> false;
      case JsonBoolean(boolean value) -> value || name.startsWith("additional");
      case JsonString(var text) -> !text.isEmpty() || name.startsWith("x-") || name.equals("$ref");
      case JsonArray array -> !array.isEmpty();
      case JsonObject(Map<String, ?> fields) -> !fields.isEmpty() || !name.endsWith("s");
      case JsonNumber _ -> true;
    };
  }
}

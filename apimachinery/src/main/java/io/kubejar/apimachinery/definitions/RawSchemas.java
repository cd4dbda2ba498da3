package io.kubejar.apimachinery.definitions;

import io.kubejar.apimachinery.format.OpenApiFormats;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.structural.DefaultPruning;
import io.kubejar.apimachinery.structural.StructuralChecks;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.structural.UnsupportedSchemaException;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Questions to `JSONSchemaProps` as they were sent, with everything that is refused later.
final class RawSchemas {
  static final Set<String> TYPES =
      Set.of("string", "number", "integer", "boolean", "array", "object");

  private RawSchemas() {}

  /// Whether a schema or anything in it is of this kind.
  static boolean any(JsonObject schema, Predicate<JsonObject> kind) {
    return kind.test(schema) || inside(schema).stream().anyMatch(part -> any(part, kind));
  }

  /// In upstream's order, which shows in warnings.
  private static List<JsonObject> inside(JsonObject schema) {
    var parts = new ArrayList<JsonObject>();
    add(schema.get("items"), parts);
    for (var keyword : List.of("items", "allOf", "anyOf", "oneOf")) {
      schema.list(keyword).forEach(part -> add(part, parts));
    }
    add(schema.get("not"), parts);
    addAll(schema.object("properties"), parts);
    add(schema.get("additionalProperties"), parts);
    addAll(schema.object("patternProperties"), parts);
    add(schema.get("additionalItems"), parts);
    addAll(schema.object("definitions"), parts);
    addAll(schema.object("dependencies"), parts);
    return parts;
  }

  private static void addAll(JsonObject named, List<JsonObject> parts) {
    named.fields().values().forEach(part -> add(part, parts));
  }

  private static void add(@Nullable JsonValue part, List<JsonObject> parts) {
    if (part instanceof JsonObject object) {
      parts.add(object);
    }
  }

  static boolean isPresent(JsonObject schema, String keyword) {
    var value = schema.get(keyword);
    return value != null && !(value instanceof JsonNull);
  }

  static boolean hasDefault(JsonObject schema) {
    return isPresent(schema, "default");
  }

  static boolean hasInvalidType(JsonObject schema) {
    return !schema.text("type").isEmpty() && !TYPES.contains(schema.text("type"));
  }

  static boolean hasExtension(JsonObject schema) {
    return DefinitionForm.flag(schema, "x-kubernetes-embedded-resource")
        || isPresent(schema, "x-kubernetes-preserve-unknown-fields")
        || DefinitionForm.flag(schema, "x-kubernetes-int-or-string")
        || !schema.list("x-kubernetes-list-map-keys").isEmpty()
        || isPresent(schema, "x-kubernetes-list-type")
        || !schema.list("x-kubernetes-validations").isEmpty();
  }

  /// Whether it is a set whose items are not owned as a whole.
  static boolean isNonAtomicSet(JsonObject schema) {
    if (!schema.text("x-kubernetes-list-type").equals("set")
        || !(schema.get("items") instanceof JsonObject items)) {
      return false;
    }
    var listType = DefinitionForm.text(items, "x-kubernetes-list-type");
    return switch (items.text("type")) {
      case "array" -> listType != null && !listType.equals("atomic");
      case "object" -> !items.text("x-kubernetes-map-type").equals("atomic");
      default -> false;
    };
  }

  /// Whether it has a format that values are not checked against.
  static boolean hasUnrecognizedFormat(JsonObject schema) {
    var format = schema.text("format");
    return !format.isEmpty() && !OpenApiFormats.isRecognized(schema.text("type"), format);
  }

  /// Schemas that cannot be parsed are not structural either.
  static boolean isNonStructural(JsonObject schema) {
    try {
      var parsed = StructuralSchema.parse(schema);
      return !StructuralChecks.check(parsed, FieldPath.root()).isEmpty();
    } catch (UnsupportedSchemaException unsupported) {
      return true;
    }
  }

  static boolean hasUnprunedDefault(JsonObject schema) {
    if (!any(schema, RawSchemas::hasDefault) || isNonStructural(schema)) {
      return false;
    }
    var parsed = StructuralSchema.parse(schema);
    return !DefaultPruning.prune(parsed).equals(parsed);
  }
}

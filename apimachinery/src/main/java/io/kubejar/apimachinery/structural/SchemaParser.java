package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.structural.StructuralSchema.Additional;
import io.kubejar.apimachinery.structural.StructuralSchema.Extensions;
import io.kubejar.apimachinery.structural.StructuralSchema.Generic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads `JSONSchemaProps` from their tree. Values of a wrong type count as absent: whoever decoded
/// the CRD has refused them.
final class SchemaParser {
  private SchemaParser() {}

  static StructuralSchema parse(JsonObject schema) {
    refuseUnsupported(schema);
    // Branches first, as upstream: of several unsupported keywords the first found is told.
    var validation = validation(schema);
    return new StructuralSchema(
        generic(schema),
        extensions(schema),
        items(schema.get("items")),
        properties(schema.object("properties")),
        additional(schema.get("additionalProperties")),
        validation,
        rules(schema.list("x-kubernetes-validations")));
  }

  static boolean isDeeper(JsonValue value, int levels) {
    if (levels == 0) {
      return true;
    }
    return switch (value) {
      case JsonObject object -> {
        for (var field : object.fields().values()) {
          if (isDeeper(field, levels - 1)) {
            yield true;
          }
        }
        yield false;
      }
      case JsonArray array -> {
        for (var item : array) {
          if (isDeeper(item, levels - 1)) {
            yield true;
          }
        }
        yield false;
      }
      case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> false;
    };
  }

  private static void refuseUnsupported(JsonObject schema) {
    for (var keyword : List.of("id", "$schema", "$ref")) {
      if (!schema.text(keyword).isEmpty()) {
        throw unsupported(keyword.equals("$schema") ? "schema" : keyword);
      }
    }
    for (var keyword : List.of("patternProperties", "dependencies", "definitions")) {
      if (!schema.object(keyword).isEmpty()) {
        throw unsupported(keyword);
      }
    }
    if (present(schema, "additionalItems") != null) {
      throw unsupported("additionalItems");
    }
    if (schema.get("x-kubernetes-preserve-unknown-fields") instanceof JsonBoolean(boolean value)
        && !value) {
      throw new UnsupportedSchemaException(
          "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined");
    }
  }

  private static UnsupportedSchemaException unsupported(String keyword) {
    return new UnsupportedSchemaException("OpenAPIV3Schema '" + keyword + "' is not supported");
  }

  private static Generic generic(JsonObject schema) {
    return new Generic(
        schema.text("type"),
        schema.text("title"),
        schema.text("description"),
        present(schema, "default"),
        flag(schema, "nullable"),
        schema.get("externalDocs") instanceof JsonObject docs ? docs : null,
        present(schema, "example"));
  }

  private static Extensions extensions(JsonObject schema) {
    return new Extensions(
        flag(schema, "x-kubernetes-preserve-unknown-fields"),
        flag(schema, "x-kubernetes-embedded-resource"),
        flag(schema, "x-kubernetes-int-or-string"),
        text(schema, "x-kubernetes-list-type"),
        texts(schema.list("x-kubernetes-list-map-keys")),
        text(schema, "x-kubernetes-map-type"));
  }

  private static @Nullable StructuralSchema items(@Nullable JsonValue items) {
    if (items instanceof JsonArray array && !array.isEmpty()) {
      throw new UnsupportedSchemaException(
          "OpenAPIV3Schema 'items' must be a schema, but is an array");
    }
    return items instanceof JsonObject schema ? parse(schema) : null;
  }

  private static Map<String, StructuralSchema> properties(JsonObject properties) {
    var parsed = new LinkedHashMap<String, StructuralSchema>();
    properties
        .fields()
        .forEach(
            (name, property) ->
                parsed.put(
                    name,
                    property instanceof JsonObject schema
                        ? parse(schema)
                        : StructuralSchema.EMPTY));
    return parsed;
  }

  private static @Nullable Additional additional(@Nullable JsonValue additional) {
    return switch (additional) {
      case JsonObject schema -> new Additional(true, parse(schema));
      case JsonBoolean(boolean allowed) -> new Additional(allowed, null);
      case null -> null;
      case JsonArray _, JsonString _, JsonNumber _, JsonNull _ -> null;
    };
  }

  private static ValueValidation validation(JsonObject schema) {
    var not = schema.get("not") instanceof JsonObject branch ? parse(branch) : null;
    return new ValueValidation(
        schema.text("format"),
        number(schema, "maximum"),
        flag(schema, "exclusiveMaximum"),
        number(schema, "minimum"),
        flag(schema, "exclusiveMinimum"),
        number(schema, "multipleOf"),
        count(schema, "maxLength"),
        count(schema, "minLength"),
        schema.text("pattern"),
        count(schema, "maxItems"),
        count(schema, "minItems"),
        flag(schema, "uniqueItems"),
        count(schema, "maxProperties"),
        count(schema, "minProperties"),
        schema.list("enum"),
        texts(schema.list("required")),
        branches(schema.list("allOf")),
        branches(schema.list("anyOf")),
        branches(schema.list("oneOf")),
        not);
  }

  private static List<StructuralSchema> branches(List<JsonValue> branches) {
    var parsed = new ArrayList<StructuralSchema>();
    for (var branch : branches) {
      parsed.add(branch instanceof JsonObject schema ? parse(schema) : StructuralSchema.EMPTY);
    }
    return parsed;
  }

  private static List<ValidationRule> rules(List<JsonValue> rules) {
    var parsed = new ArrayList<ValidationRule>();
    for (var value : rules) {
      var rule = value instanceof JsonObject object ? object : JsonObject.EMPTY;
      parsed.add(
          new ValidationRule(
              rule.text("rule"),
              rule.text("message"),
              rule.text("messageExpression"),
              text(rule, "reason"),
              rule.text("fieldPath"),
              rule.get("optionalOldSelf") instanceof JsonBoolean(boolean optional)
                  ? optional
                  : null));
    }
    return parsed;
  }

  private static @Nullable JsonValue present(JsonObject schema, String name) {
    return schema.get(name) instanceof JsonNull ? null : schema.get(name);
  }

  private static boolean flag(JsonObject schema, String name) {
    return schema.get(name) instanceof JsonBoolean(boolean value) && value;
  }

  private static @Nullable String text(JsonObject schema, String name) {
    return schema.get(name) instanceof JsonString(var text) ? text : null;
  }

  private static List<String> texts(List<JsonValue> values) {
    var texts = new ArrayList<String>();
    for (var value : values) {
      if (value instanceof JsonString(var text)) {
        texts.add(text);
      }
    }
    return texts;
  }

  private static @Nullable Double number(JsonObject schema, String name) {
    return schema.get(name) instanceof JsonNumber number ? number.doubleValue() : null;
  }

  private static @Nullable Long count(JsonObject schema, String name) {
    return schema.get(name) instanceof JsonNumber number ? number.longValue() : null;
  }
}

package io.kubejar.apiserver.validation;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.schema.TypeSchema.Field;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.MapOf;
import io.kubejar.apimachinery.schema.TypeSchema.Scalar;
import io.kubejar.apimachinery.schema.TypeSchema.ScalarType;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import org.jspecify.annotations.Nullable;

/// What can be said about any kind from its schema alone: required texts and objects, and
/// enumerations. For kinds that nobody has written rules for yet.
final class SchemaValidation {
  private SchemaValidation() {}

  static void object(Check root, JsonObject object, Struct type) {
    type.fields()
        .forEach(
            (name, field) -> {
              // The metadata has rules of its own; the status is for controllers.
              if (!name.equals("metadata") && !name.equals("status")) {
                field(root.at(name), object.get(name), field);
              }
            });
  }

  private static void field(Check at, @Nullable JsonValue value, Field field) {
    var type = field.type().resolved();
    boolean absent = value == null || value instanceof JsonNull;
    if (value == null || absent || value.equals(JsonString.EMPTY)) {
      if (field.required() && (isText(type) || (absent && type instanceof Struct))) {
        at.required("");
      }
      return;
    }
    if (!field.enumeration().isEmpty()
        && value instanceof JsonString(var text)
        && !field.enumeration().contains(text)) {
      at.notSupported(text, field.enumeration().toArray(String[]::new));
    }
    inside(at, value, type);
  }

  private static boolean isText(TypeSchema type) {
    return type instanceof Scalar scalar && scalar.type() == ScalarType.STRING;
  }

  private static void inside(Check at, JsonValue value, TypeSchema type) {
    switch (type) {
      case Struct struct -> {
        if (value instanceof JsonObject object) {
          struct.fields().forEach((name, field) -> field(at.at(name), object.get(name), field));
        }
      }
      case ListOf list -> {
        if (value instanceof JsonArray(var items)) {
          at.each(items, (item, each) -> inside(item, each, list.items().resolved()));
        }
      }
      case MapOf map -> {
        if (value instanceof JsonObject object) {
          at.each(
              object.fields(), (item, key, each) -> inside(item, each, map.values().resolved()));
        }
      }
      default -> {}
    }
  }
}

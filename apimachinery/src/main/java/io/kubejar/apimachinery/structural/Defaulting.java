package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Fills in the defaults of a schema, in new objects and in stored ones when they are read.
///
/// A null where null is no value counts as absent: [#withoutNulls] drops it if there is no default,
/// [#defaulted] replaces it if there is one.
public final class Defaulting {
  private Defaulting() {}

  /// The object without the nulls that mean nothing.
  public static JsonObject withoutNulls(JsonObject object, StructuralSchema schema) {
    return (JsonObject) withoutNulls((JsonValue) object, schema);
  }

  private static JsonValue withoutNulls(JsonValue value, @Nullable StructuralSchema schema) {
    return switch (value) {
      case JsonObject object ->
          TreeEdits.fields(
              object,
              (name, field) -> {
                var type = schema == null ? null : schema.child(name);
                return isMeaningless(field, type) && defaultOf(type) == null
                    ? null
                    : withoutNulls(field, type);
              });
      case JsonArray array ->
          TreeEdits.items(
              array, (index, item) -> withoutNulls(item, schema == null ? null : schema.items()));
      case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> value;
    };
  }

  /// The object with all defaults.
  public static JsonObject defaulted(JsonObject object, StructuralSchema schema) {
    return (JsonObject) defaulted((JsonValue) object, schema);
  }

  static JsonValue defaulted(JsonValue value, @Nullable StructuralSchema schema) {
    if (schema == null) {
      return value;
    }
    return switch (value) {
      case JsonObject object ->
          TreeEdits.fields(
              withMissing(object, schema),
              (name, field) -> {
                var type = schema.child(name);
                return defaulted(filled(field, type), type);
              });
      case JsonArray array ->
          TreeEdits.items(
              array, (index, item) -> defaulted(filled(item, schema.items()), schema.items()));
      case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> value;
    };
  }

  private static JsonObject withMissing(JsonObject object, StructuralSchema schema) {
    LinkedHashMap<String, JsonValue> fields = null;
    for (var property : schema.properties().entrySet()) {
      var value = property.getValue().defaultValue();
      if (value != null && !object.has(property.getKey())) {
        fields = fields == null ? new LinkedHashMap<>(object.fields()) : fields;
        fields.put(property.getKey(), value);
      }
    }
    return fields == null ? object : new JsonObject(fields);
  }

  private static JsonValue filled(JsonValue value, @Nullable StructuralSchema schema) {
    var filling = defaultOf(schema);
    return filling != null && isMeaningless(value, schema) ? filling : value;
  }

  private static boolean isMeaningless(JsonValue value, @Nullable StructuralSchema schema) {
    return value instanceof JsonNull && schema != null && !schema.generic().nullable();
  }

  private static @Nullable JsonValue defaultOf(@Nullable StructuralSchema schema) {
    return schema == null ? null : schema.defaultValue();
  }
}

package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether the items of lists of type set are different, and those of lists of type map have
/// different keys.
final class ListTypeChecks {
  private final List<FieldError> errors = new ArrayList<>();

  private ListTypeChecks() {}

  static List<FieldError> check(JsonValue value, StructuralSchema schema) {
    var checks = new ListTypeChecks();
    checks.value(value, schema, FieldPath.root());
    return checks.errors;
  }

  private void value(JsonValue value, @Nullable StructuralSchema schema, FieldPath path) {
    if (schema == null) {
      return;
    }
    switch (value) {
      case JsonArray array -> list(array, schema, path);
      case JsonObject object -> fields(object, schema, path);
      case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> {}
    }
  }

  private void fields(JsonObject object, StructuralSchema schema, FieldPath path) {
    object
        .fields()
        .forEach(
            (name, field) -> {
              value(field, schema.additionalSchema(), path.key(name));
              value(field, schema.properties().get(name), path.child(name));
            });
  }

  private void list(JsonArray array, StructuralSchema schema, FieldPath path) {
    if ("set".equals(schema.extensions().listType())) {
      for (int i : repeated(array.values())) {
        tell(path.index(i), array.get(i));
      }
    } else if (schema.isMapList()) {
      keyed(array, schema.extensions().listMapKeys(), path);
    }
    for (int i = 0; i < array.size(); i++) {
      value(array.get(i), schema.items(), path.index(i));
    }
  }

  private void keyed(JsonArray array, List<String> keys, FieldPath path) {
    var itemKeys = new ArrayList<JsonValue>();
    for (int i = 0; i < array.size(); i++) {
      switch (array.get(i)) {
        case JsonObject object -> itemKeys.add(keysOf(object, keys));
        case JsonNull _ -> itemKeys.add(JsonObject.EMPTY);
        case JsonArray _, JsonString _, JsonNumber _, JsonBoolean _ -> {
          errors.add(
              FieldError.invalid(
                  path.index(i).text(),
                  array.get(i),
                  "must be an object for an array of list-type map"));
          return;
        }
      }
    }
    for (int i : repeated(itemKeys)) {
      tell(path.index(i), itemKeys.get(i));
    }
  }

  private static JsonObject keysOf(JsonObject item, List<String> keys) {
    var found = new LinkedHashMap<String, JsonValue>();
    for (var key : keys) {
      var value = item.get(key);
      if (value != null) {
        found.put(key, value);
      }
    }
    return new JsonObject(found);
  }

  private void tell(FieldPath path, JsonValue value) {
    errors.add(FieldError.duplicate(path.text(), value));
  }

  /// Where values occur the second time; further ones are not told.
  private static List<Integer> repeated(List<JsonValue> values) {
    Map<Object, Integer> seen = new HashMap<>();
    var repeated = new ArrayList<Integer>();
    for (int i = 0; i < values.size(); i++) {
      if (seen.merge(identity(values.get(i)), 1, Integer::sum) == 2) {
        repeated.add(i);
      }
    }
    return repeated;
  }

  /// In Go, 1 and 1.0 are different.
  private static Object identity(JsonValue value) {
    return value instanceof JsonNumber number && !number.isLong()
        ? (Object) number.doubleValue()
        : value;
  }
}

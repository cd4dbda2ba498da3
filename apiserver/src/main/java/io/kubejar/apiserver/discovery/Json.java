package io.kubejar.apiserver.discovery;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/// A small builder of JSON objects.
final class Json {
  private final Map<String, JsonValue> fields = new LinkedHashMap<>();

  static Json object() {
    return new Json();
  }

  Json put(String name, String value) {
    return put(name, new JsonString(value));
  }

  Json put(String name, boolean value) {
    return put(name, JsonBoolean.of(value));
  }

  Json put(String name, JsonValue value) {
    fields.put(name, value);
    return this;
  }

  Json put(String name, Collection<String> values) {
    return put(name, new JsonArray(values.stream().<JsonValue>map(JsonString::new).toList()));
  }

  /// Only if there are any.
  Json optional(String name, Collection<String> values) {
    return values.isEmpty() ? this : put(name, values);
  }

  /// Only if it says something.
  Json optional(String name, String value) {
    return value.isEmpty() ? this : put(name, value);
  }

  JsonObject build() {
    return new JsonObject(fields);
  }
}

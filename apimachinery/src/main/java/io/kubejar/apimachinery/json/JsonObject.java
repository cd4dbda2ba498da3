package io.kubejar.apimachinery.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Named values in the order they were written. The order does not count for equality.
///
/// @param fields handed over: whoever made the map must not change it afterwards
public record JsonObject(Map<String, JsonValue> fields) implements JsonValue {
  public static final JsonObject EMPTY = new JsonObject(Map.of());

  public JsonObject {
    fields = Collections.unmodifiableMap(fields);
  }

  public static JsonObject of(String name, JsonValue value) {
    return new JsonObject(Map.of(name, value));
  }

  public int size() {
    return fields.size();
  }

  public boolean isEmpty() {
    return fields.isEmpty();
  }

  public boolean has(String name) {
    return fields.containsKey(name);
  }

  /// The value of this name, null if there is none.
  public @Nullable JsonValue get(String name) {
    return fields.get(name);
  }

  /// The text of this name; the empty text if there is no value or it is no text.
  public String text(String name) {
    return fields.get(name) instanceof JsonString(var text) ? text : "";
  }

  /// The object of this name; the empty one if there is no value or it is no object.
  public JsonObject object(String name) {
    return fields.get(name) instanceof JsonObject object ? object : EMPTY;
  }

  /// The list of this name; the empty one if there is no value or it is no list.
  public List<JsonValue> list(String name) {
    return fields.get(name) instanceof JsonArray(var values) ? values : List.of();
  }

  /// The same fields with this one set, at its old place if it had one.
  public JsonObject with(String name, JsonValue value) {
    if (value.equals(fields.get(name))) {
      return this;
    }
    var changed = new LinkedHashMap<>(fields);
    changed.put(name, value);
    return new JsonObject(changed);
  }

  /// The same fields except this one.
  public JsonObject without(String name) {
    if (!fields.containsKey(name)) {
      return this;
    }
    var changed = new LinkedHashMap<>(fields);
    changed.remove(name);
    return new JsonObject(changed);
  }

  @Override
  public String toString() {
    return JsonPrinter.print(this);
  }
}

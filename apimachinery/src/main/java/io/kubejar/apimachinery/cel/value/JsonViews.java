package io.kubejar.apimachinery.cel.value;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// JSON trees as values and back.
public final class JsonViews {
  /// No deeper tree is made of a value.
  private static final int DEEPEST = 1000;

  private JsonViews() {}

  /// The tree as a value of no known type. Lists and objects are converted when looked at.
  public static Value dynamic(JsonValue json) {
    return switch (json) {
      case JsonNull _ -> NullValue.NULL;
      case JsonBoolean(boolean value) -> BoolValue.of(value);
      case JsonString(var value) -> new StringValue(value);
      case JsonNumber number -> number(number);
      case JsonArray array -> new JsonList(array);
      case JsonObject object -> new JsonMap(object);
    };
  }

  /// Whole numbers are ints, all others doubles.
  static Value number(JsonNumber number) {
    return number.isLong()
        ? new IntValue(number.longValue())
        : new DoubleValue(number.doubleValue());
  }

  private record JsonList(JsonArray array) implements ListValue {
    @Override
    public int length() {
      return array.size();
    }

    @Override
    public Value get(int index) {
      return dynamic(array.get(index));
    }
  }

  private record JsonMap(JsonObject object) implements MapValue {
    @Override
    public @Nullable Value find(Value key) {
      if (!(key instanceof StringValue(var name))) {
        return null;
      }
      var value = object.get(name);
      return value == null ? null : dynamic(value);
    }

    @Override
    public List<Value> keys() {
      var keys = new ArrayList<Value>(object.size());
      object.fields().keySet().forEach(name -> keys.add(new StringValue(name)));
      return keys;
    }

    @Override
    public long size() {
      return object.size();
    }
  }

  /// The value as a tree; empty if JSON cannot say it.
  public static Optional<JsonValue> json(Value value) {
    return Optional.ofNullable(json(value, 0));
  }

  private static @Nullable JsonValue json(Value value, int depth) {
    if (depth > DEEPEST) {
      return null;
    }
    return switch (value) {
      case NullValue _ -> JsonNull.NULL;
      case BoolValue(boolean is) -> JsonBoolean.of(is);
      case IntValue(long number) -> JsonNumber.of(number);
      case UintValue _ -> new JsonNumber(value.text());
      case DoubleValue(double number) ->
          Double.isNaN(number) || Double.isInfinite(number) ? null : JsonNumber.of(number);
      case StringValue(var text) -> new JsonString(text);
      case BytesValue(var bytes) -> new JsonString(bytes.base64());
      case DurationValue _, TimestampValue _ -> new JsonString(value.text());
      case JsonList(var array) -> array;
      case JsonMap(var object) -> object;
      case ListValue list -> array(list, depth);
      case MapValue map -> object(map, depth);
      case OptionalValue(var held) -> held == null ? JsonNull.NULL : json(held, depth + 1);
      case ErrorValue _, OpaqueValue _, TypeValue _ -> null;
    };
  }

  private static @Nullable JsonValue array(ListValue list, int depth) {
    var values = new ArrayList<JsonValue>(list.length());
    for (var element : list.elements()) {
      var value = json(element, depth + 1);
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    return new JsonArray(values);
  }

  private static @Nullable JsonValue object(MapValue map, int depth) {
    Map<String, JsonValue> fields = new LinkedHashMap<>();
    for (var key : map.keys()) {
      var found = map.find(key);
      var value = found == null ? null : json(found, depth + 1);
      if (value == null) {
        return null;
      }
      fields.put(key.text(), value);
    }
    return new JsonObject(fields);
  }
}

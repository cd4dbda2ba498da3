package io.kubejar.apimachinery.unstructured;

import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/// What is left of the numbers of an object without a type: they are held as whole numbers of 64
/// bits or as floating point, and told again as they are held, so that `1.0` becomes `1`.
@SuppressWarnings("ReferenceEquality") // What has not changed is the same instance.
final class HeldNumbers {
  private HeldNumbers() {}

  /// The same tree if all its numbers are told as they are held already.
  ///
  /// @throws JsonFormatException if a number cannot be held at all
  static JsonObject of(JsonObject object) {
    LinkedHashMap<String, JsonValue> changed = null;
    for (var field : object.fields().entrySet()) {
      var held = of(field.getValue());
      if (held != field.getValue()) {
        changed = changed == null ? new LinkedHashMap<>(object.fields()) : changed;
        changed.put(field.getKey(), held);
      }
    }
    return changed == null ? object : new JsonObject(changed);
  }

  private static JsonValue of(JsonValue value) {
    return switch (value) {
      case JsonObject object -> of(object);
      case JsonArray array -> of(array);
      case JsonNumber number when !number.isLong() -> of(number);
      default -> value;
    };
  }

  private static JsonArray of(JsonArray array) {
    ArrayList<JsonValue> changed = null;
    for (int i = 0; i < array.size(); i++) {
      var held = of(array.get(i));
      if (held != array.get(i)) {
        changed = changed == null ? new ArrayList<>(array.values()) : changed;
        changed.set(i, held);
      }
    }
    return changed == null ? array : new JsonArray(changed);
  }

  private static JsonNumber of(JsonNumber number) {
    double held = number.doubleValue();
    if (Double.isInfinite(held)) {
      throw new JsonFormatException(
          "json: cannot unmarshal number " + number + " into Go value of type float64");
    }
    var told = GoText.number(held);
    return told.text().equals(number.text()) ? number : told;
  }
}

package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The items of a list of type map, by their keys. Of several with the same keys the first counts.
final class MapListIndex {
  private final List<String> keys;
  private final Map<List<JsonValue>, JsonValue> items = new HashMap<>();

  private MapListIndex(List<String> keys) {
    this.keys = keys;
  }

  /// Empty if the schema is not that of such a list.
  static MapListIndex of(StructuralSchema schema, @Nullable JsonValue list) {
    var index = new MapListIndex(schema.extensions().listMapKeys());
    if (schema.isMapList() && schema.type().equals("array") && list instanceof JsonArray array) {
      for (var item : array) {
        var key = index.keyOf(item);
        if (key != null) {
          index.items.putIfAbsent(key, item);
        }
      }
    }
    return index;
  }

  /// The item with the same keys as this one; null if there is none.
  @Nullable JsonValue find(JsonValue item) {
    var key = keyOf(item);
    return key == null ? null : items.get(key);
  }

  private @Nullable List<JsonValue> keyOf(JsonValue item) {
    if (keys.isEmpty() || !(item instanceof JsonObject object)) {
      return null;
    }
    var key = new ArrayList<JsonValue>();
    for (var name : keys) {
      var value = object.get(name);
      if (!(value instanceof JsonString
          || value instanceof JsonNumber
          || value instanceof JsonBoolean)) {
        return null;
      }
      key.add(value);
    }
    return key;
  }
}

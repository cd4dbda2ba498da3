package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Changes to immutable trees that copy only what changes: most objects are fine as they are.
@SuppressWarnings("ReferenceEquality") // Edits hand back what they leave alone.
final class TreeEdits {
  private TreeEdits() {}

  /// What becomes of a field; null if it goes.
  @FunctionalInterface
  interface FieldEdit {
    @Nullable JsonValue edit(String name, JsonValue value);
  }

  /// What becomes of an item.
  @FunctionalInterface
  interface ItemEdit {
    JsonValue edit(int index, JsonValue item);
  }

  static JsonObject fields(JsonObject object, FieldEdit edit) {
    Map<String, JsonValue> changed = null;
    for (var field : object.fields().entrySet()) {
      var before = field.getValue();
      var after = edit.edit(field.getKey(), before);
      if (after != before) {
        changed = changed == null ? new LinkedHashMap<>(object.fields()) : changed;
        if (after == null) {
          changed.remove(field.getKey());
        } else {
          changed.put(field.getKey(), after);
        }
      }
    }
    return changed == null ? object : new JsonObject(changed);
  }

  static JsonArray items(JsonArray array, ItemEdit edit) {
    List<JsonValue> changed = null;
    for (int i = 0; i < array.size(); i++) {
      var after = edit.edit(i, array.get(i));
      if (after != array.get(i)) {
        changed = changed == null ? new ArrayList<>(array.values()) : changed;
        changed.set(i, after);
      }
    }
    return changed == null ? array : new JsonArray(changed);
  }
}

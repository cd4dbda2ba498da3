package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A node of a new object beside the node of the old one that it stands for.
///
/// Fields correlate by name, items of lists of type map by their keys, other items not at all. So
/// says upstream's `CorrelatedObject`, oddities included: a node with a field that the schema does
/// not know counts as changed.
///
/// It remembers its children and whether they are equal; one walk on one thread owns it.
public final class Correlation {
  private final JsonValue value;
  private final JsonValue old;
  private final StructuralSchema schema;
  private final Map<Object, Correlation> children = new HashMap<>();
  private @Nullable MapListIndex oldItems;
  private @Nullable Boolean unchanged;

  private Correlation(JsonValue value, JsonValue old, StructuralSchema schema) {
    this.value = value;
    this.old = old;
    this.schema = schema;
  }

  /// Two versions of one object.
  public static Correlation of(JsonValue value, JsonValue old, StructuralSchema schema) {
    return new Correlation(value, old, schema);
  }

  JsonValue old() {
    return old;
  }

  /// The node of a field; null if the old object or the schema has none.
  @Nullable Correlation child(String name) {
    var known = children.get(name);
    if (known != null) {
      return known;
    }
    if (!(value instanceof JsonObject object) || !(old instanceof JsonObject oldObject)) {
      return null;
    }
    var field = object.get(name);
    var oldField = oldObject.get(name);
    var fieldSchema = schema.child(name);
    if (field == null || oldField == null || fieldSchema == null) {
      return null;
    }
    var child = new Correlation(field, oldField, fieldSchema);
    children.put(name, child);
    return child;
  }

  /// The node of an item; null if the list's items do not correlate or the old list has no such.
  @Nullable Correlation item(int index) {
    var known = children.get(index);
    if (known != null) {
      return known;
    }
    if (!(value instanceof JsonArray array) || schema.items() == null || !schema.isMapList()) {
      return null;
    }
    var oldItem = oldItems().find(array.get(index));
    if (oldItem == null) {
      return null;
    }
    var item = new Correlation(array.get(index), oldItem, schema.items());
    children.put(index, item);
    return item;
  }

  /// Whether the node is what it was, as far as nodes correlate.
  boolean unchanged() {
    if (unchanged == null) {
      unchanged = compare();
    }
    return unchanged;
  }

  private boolean compare() {
    return switch (value) {
      case JsonObject object -> old instanceof JsonObject before && sameFields(object, before);
      case JsonArray array -> old instanceof JsonArray before && sameItems(array, before);
      case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> value.equals(old);
    };
  }

  private boolean sameFields(JsonObject object, JsonObject before) {
    if (object.size() != before.size()) {
      return false;
    }
    for (var name : object.fields().keySet()) {
      var child = child(name);
      if (child == null || !child.unchanged()) {
        return false;
      }
    }
    return true;
  }

  private boolean sameItems(JsonArray array, JsonArray before) {
    if (array.size() != before.size()) {
      return false;
    }
    for (int i = 0; i < array.size(); i++) {
      var item = item(i);
      if (item == null) {
        return oldItems == null && array.equals(before);
      }
      if (!item.unchanged()) {
        return false;
      }
    }
    return true;
  }

  private MapListIndex oldItems() {
    if (oldItems == null) {
      oldItems = MapListIndex.of(schema, old);
    }
    return oldItems;
  }
}

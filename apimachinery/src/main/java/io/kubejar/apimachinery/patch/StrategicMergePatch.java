package io.kubejar.apimachinery.patch;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.schema.TypeSchema.Any;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.PatchStrategy;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Kubernetes' own kind of patch: like a merge patch, but lists whose items have a key are merged
/// item by item, and directives inside the patch say what else to do.
///
/// | directive | does |
/// |---|---|
/// | `$patch: replace` | replaces the object, or the list it is an item of |
/// | `$patch: delete` | empties the object, or removes the item with this merge key |
/// | `$retainKeys: [a, b]` | drops all other fields of the object |
/// | `$deleteFromPrimitiveList/f: [x]` | removes values from the list `f` |
/// | `$setElementOrder/f: [...]` | orders the list `f` |
public final class StrategicMergePatch {
  private StrategicMergePatch() {}

  /// The document with the patch applied.
  ///
  /// @throws ApiException if the patch is malformed or does not fit the type
  public static JsonObject apply(JsonObject document, JsonValue patch, TypeSchema schema) {
    if (!(patch instanceof JsonObject object)) {
      throw ApiException.badRequest(
          "json: cannot unmarshal "
              + patch.typeName()
              + " into Go value of type map[string]interface {}");
    }
    return merge(document, object, schema.resolved());
  }

  /// A patch as Go prints a map, which is how upstream quotes one that it refuses.
  public static String shown(JsonValue patch) {
    return Directives.shown(patch);
  }

  static JsonObject merge(JsonObject original, JsonObject patch, TypeSchema schema) {
    var directive = patch.get(Directives.PATCH);
    if (directive != null) {
      return directed(directive, patch);
    }
    var merged = new LinkedHashMap<>(original.fields());
    var rest = new LinkedHashMap<>(patch.fields());
    retainKeys(merged, rest);
    for (var key : List.copyOf(rest.keySet())) {
      if (key.startsWith(Directives.ORDER)) {
        order(key, merged, rest, schema);
      }
    }
    rest.forEach((key, change) -> mergeField(merged, key, change, schema));
    return new JsonObject(merged);
  }

  private static JsonObject directed(JsonValue directive, JsonObject patch) {
    if (directive instanceof JsonString(var word)) {
      switch (word) {
        case "replace" -> {
          return patch.without(Directives.PATCH);
        }
        case "delete" -> {
          return JsonObject.EMPTY;
        }
        default -> {}
      }
    }
    throw Directives.unknownDirective(directive, patch);
  }

  private static void retainKeys(Map<String, JsonValue> merged, Map<String, JsonValue> patch) {
    var directive = patch.remove(Directives.RETAIN_KEYS);
    if (directive == null) {
      return;
    }
    if (!(directive instanceof JsonArray(var keys))) {
      throw Directives.badRetainKeys();
    }
    var retained = new HashSet<>(keys);
    patch.forEach(
        (key, value) -> {
          boolean exempt =
              value instanceof JsonNull
                  || key.startsWith(Directives.DELETE_ITEMS)
                  || key.startsWith(Directives.ORDER);
          if (!exempt && !retained.contains(new JsonString(key))) {
            throw Directives.badRetainKeys();
          }
        });
    merged.keySet().removeIf(key -> !retained.contains(new JsonString(key)));
  }

  /// Merges a list together with the order that the patch wants for it, and takes both out of the
  /// patch.
  private static void order(
      String key, Map<String, JsonValue> merged, Map<String, JsonValue> patch, TypeSchema schema) {
    var order = list(patch.remove(key));
    var field = Directives.fieldOf(key, Directives.ORDER);
    var oldItems = merged.get(field);
    var newItems = patch.remove(field);
    var type = fieldType(schema, field);
    var lists = new MergingList(type.strategy().mergeKey(), type.items());
    lists.requireSameOrder(newItems == null ? List.of() : list(newItems), order);
    if (oldItems == null && newItems == null) {
      return;
    }
    List<JsonValue> together;
    if (newItems == null) {
      together = list(oldItems);
    } else if (oldItems == null) {
      together = list(Directives.removed(newItems).orElse(JsonArray.EMPTY));
    } else if (type.strategy().merge()) {
      together = lists.merge(list(oldItems), list(newItems));
    } else {
      together = list(newItems);
    }
    var ordered = lists.ordered(together, order, oldItems == null ? List.of() : list(oldItems));
    merged.put(field, new JsonArray(ordered));
  }

  private static void mergeField(
      Map<String, JsonValue> merged, String key, JsonValue change, TypeSchema schema) {
    boolean deletion = key.startsWith(Directives.DELETE_ITEMS);
    var name = deletion ? Directives.fieldOf(key, Directives.DELETE_ITEMS) : key;
    if (change instanceof JsonNull) {
      merged.remove(name);
      return;
    }
    var current = merged.get(name);
    if (deletion) {
      if (current instanceof JsonArray(var items) && change instanceof JsonArray(var unwanted)) {
        var all = new HashSet<>(unwanted);
        merged.put(name, new JsonArray(items.stream().filter(i -> !all.contains(i)).toList()));
      }
      return;
    }
    if (current instanceof JsonObject from && change instanceof JsonObject by) {
      merged.put(name, merge(from, by, fieldType(schema, name).type()));
    } else if (current instanceof JsonArray(var from) && change instanceof JsonArray(var by)) {
      var type = fieldType(schema, name);
      merged.put(name, type.strategy().merge() ? mergedList(type, from, by) : change);
    } else {
      var added = Directives.removed(MergePatch.withoutNulls(change));
      added.ifPresentOrElse(value -> merged.put(name, value), () -> merged.remove(name));
    }
  }

  private static JsonArray mergedList(FieldType type, List<JsonValue> from, List<JsonValue> by) {
    var lists = new MergingList(type.strategy().mergeKey(), type.items());
    return new JsonArray(lists.merge(from, by));
  }

  /// What the schema says about a field.
  private record FieldType(TypeSchema type, PatchStrategy strategy) {
    TypeSchema items() {
      return type instanceof ListOf list ? list.items().resolved() : Any.DEDUCED;
    }
  }

  private static FieldType fieldType(TypeSchema schema, String name) {
    if (schema instanceof Struct struct) {
      var field = struct.fields().get(name);
      if (field != null) {
        return new FieldType(field.type().resolved(), field.strategy());
      }
      if (struct.others() == null) {
        throw ApiException.unexplained(
            "unable to find api field in struct "
                + struct.name().substring(struct.name().lastIndexOf('.') + 1)
                + " for the json field \""
                + name
                + "\"");
      }
    }
    return new FieldType(schema.child(name).orElse(Any.DEDUCED), PatchStrategy.REPLACE);
  }

  private static List<JsonValue> list(@org.jspecify.annotations.Nullable JsonValue value) {
    if (value instanceof JsonArray(var items)) {
      return items;
    }
    throw Directives.wrongType("[]interface {}", value == null ? JsonNull.NULL : value);
  }
}

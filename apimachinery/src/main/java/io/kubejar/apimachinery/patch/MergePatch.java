package io.kubejar.apimachinery.patch;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.LinkedHashMap;

/// RFC 7386: objects are merged, null removes, everything else replaces.
public final class MergePatch {
  private MergePatch() {}

  /// The document with the patch applied.
  ///
  /// @throws ApiException if the patch is no object
  public static JsonObject apply(JsonObject document, JsonValue patch) {
    if (patch instanceof JsonNull) {
      throw ApiException.badRequest("Invalid JSON Patch");
    }
    if (!(patch instanceof JsonObject object)) {
      throw ApiException.badRequest(
          "error decoding patch: json: cannot unmarshal "
              + patch.typeName()
              + " into Go value of type map[string]interface {}");
    }
    return merge(document, object);
  }

  private static JsonObject merge(JsonObject document, JsonObject patch) {
    var merged = new LinkedHashMap<>(document.fields());
    patch
        .fields()
        .forEach(
            (name, change) -> {
              var current = merged.get(name);
              if (change instanceof JsonNull) {
                merged.remove(name);
              } else if (current instanceof JsonObject from && change instanceof JsonObject by) {
                merged.put(name, merge(from, by));
              } else if (current instanceof JsonObject) {
                merged.put(name, change);
              } else {
                merged.put(name, withoutNulls(change));
              }
            });
    return new JsonObject(merged);
  }

  /// What is new has no field to remove. Nulls in a list stay: they are items.
  static JsonValue withoutNulls(JsonValue value) {
    return switch (value) {
      case JsonObject object -> {
        var kept = new LinkedHashMap<String, JsonValue>();
        object
            .fields()
            .forEach(
                (name, field) -> {
                  if (!(field instanceof JsonNull)) {
                    kept.put(name, withoutNulls(field));
                  }
                });
        yield new JsonObject(kept);
      }
      case JsonArray array ->
          new JsonArray(array.values().stream().map(MergePatch::withoutNulls).toList());
      default -> value;
    };
  }
}

package io.kubejar.apimachinery.patch;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// RFC 6901: a place in a document, such as `/spec/containers/0/image`. Negative indexes count from
/// the end.
record JsonPointer(String text, List<String> steps) {

  static JsonPointer parse(String text) {
    var parts = text.split("/", -1);
    var steps =
        Arrays.stream(parts)
            .skip(1) // Before the first slash there should be nothing.
            .map(part -> part.replace("~1", "/").replace("~0", "~"))
            .toList();
    return new JsonPointer(text, steps);
  }

  boolean isRoot() {
    return text.isEmpty();
  }

  String lastStep() {
    return steps.getLast();
  }

  /// The object or list that has, or would have, the place in it.
  Optional<JsonValue> container(JsonValue document) {
    if (steps.isEmpty()) {
      return Optional.empty();
    }
    @Nullable JsonValue at = document;
    for (var step : steps.subList(0, steps.size() - 1)) {
      at = child(at, step);
    }
    return at instanceof JsonObject || at instanceof JsonArray ? Optional.of(at) : Optional.empty();
  }

  private static @Nullable JsonValue child(@Nullable JsonValue container, String step) {
    try {
      return container == null ? null : get(container, step);
    } catch (PatchMismatchException _) {
      return null;
    }
  }

  /// The document with the container of this place replaced by what the change makes of it and of
  /// the last step.
  JsonValue change(JsonValue document, BiFunction<JsonValue, String, JsonValue> change) {
    return change(document, 0, change);
  }

  private JsonValue change(
      JsonValue at, int depth, BiFunction<JsonValue, String, JsonValue> change) {
    if (depth == steps.size() - 1) {
      return change.apply(at, lastStep());
    }
    var step = steps.get(depth);
    var child = get(at, step);
    if (child == null) {
      throw new IllegalStateException("No " + step + " on the way to " + text);
    }
    return set(at, step, change(child, depth + 1, change));
  }

  /// The value in an object, null if there is none; or the item of a list.
  static @Nullable JsonValue get(JsonValue container, String key) {
    return switch (container) {
      case JsonObject object -> object.get(key);
      case JsonArray array -> array.get(existingIndex(array, key));
      default -> null;
    };
  }

  static JsonValue set(JsonValue container, String key, JsonValue value) {
    return switch (container) {
      case JsonObject object -> object.with(key, value);
      case JsonArray array -> {
        var items = new ArrayList<>(array.values());
        items.set(existingIndex(array, key), value);
        yield new JsonArray(items);
      }
      default -> throw new IllegalStateException("Not a container");
    };
  }

  static JsonValue add(JsonValue container, String key, JsonValue value) {
    if (container instanceof JsonObject object) {
      return object.with(key, value);
    }
    var array = (JsonArray) container;
    var items = new ArrayList<>(array.values());
    items.add(key.equals("-") ? items.size() : index(key, items.size() + 1), value);
    return new JsonArray(items);
  }

  static JsonValue remove(JsonValue container, String key) {
    if (container instanceof JsonObject object) {
      if (!object.has(key)) {
        throw PatchMismatchException.missing("Unable to remove nonexistent key: " + key);
      }
      return object.without(key);
    }
    var array = (JsonArray) container;
    var items = new ArrayList<>(array.values());
    items.remove(existingIndex(array, key));
    return new JsonArray(items);
  }

  static boolean isNull(@Nullable JsonValue value) {
    return value == null || value instanceof JsonNull;
  }

  private static int existingIndex(JsonArray array, String key) {
    return index(key, array.size());
  }

  private static int index(String key, int bound) {
    int index;
    try {
      index = Integer.parseInt(key);
    } catch (NumberFormatException _) {
      throw new PatchMismatchException("value was not a proper array index: '" + key + "'");
    }
    if (index >= bound || index < -bound) {
      throw new PatchMismatchException(
          "Unable to access invalid index: " + index + ": invalid index referenced");
    }
    return index < 0 ? index + bound : index;
  }
}

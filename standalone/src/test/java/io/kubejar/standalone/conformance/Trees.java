package io.kubejar.standalone.conformance;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import java.util.ArrayList;
import java.util.List;

/// Reads and changes trees by paths such as `spec.versions.0.name`, which keeps tests short.
final class Trees {
  private Trees() {}

  static JsonObject tree(String yaml) {
    return (JsonObject) Yaml.parse(yaml);
  }

  /// What stands at the path; null, as JSON has it, if nothing does.
  static JsonValue at(JsonValue tree, String path) {
    var value = tree;
    for (var step : path.split("\\.", -1)) {
      value = child(value, step);
    }
    return value;
  }

  private static JsonValue child(JsonValue value, String step) {
    return switch (value) {
      case JsonObject object -> {
        var found = object.get(step);
        yield found == null ? JsonNull.NULL : found;
      }
      case JsonArray(var values) -> {
        int index = Integer.parseInt(step);
        yield index < values.size() ? values.get(index) : JsonNull.NULL;
      }
      case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> JsonNull.NULL;
    };
  }

  /// The text at the path; numbers and truths as JSON writes them, nothing as the empty text.
  static String text(JsonValue tree, String path) {
    return switch (at(tree, path)) {
      case JsonString(var text) -> text;
      case JsonNull _ -> "";
      case JsonValue other -> other.toString();
    };
  }

  /// The items of the list at the path.
  static List<JsonObject> items(JsonValue tree, String path) {
    return at(tree, path) instanceof JsonArray(var values)
        ? values.stream().map(JsonObject.class::cast).toList()
        : List.of();
  }

  /// The names of the items of a list.
  static List<String> names(JsonObject list) {
    return items(list, "items").stream().map(item -> text(item, "metadata.name")).toList();
  }

  /// The same tree with this value at the path; objects on the way are made.
  static JsonObject with(JsonObject tree, String path, JsonValue value) {
    return (JsonObject) set(tree, List.of(path.split("\\.", -1)), value);
  }

  private static JsonValue set(JsonValue tree, List<String> path, JsonValue value) {
    if (path.isEmpty()) {
      return value;
    }
    var rest = path.subList(1, path.size());
    if (tree instanceof JsonArray(var values)) {
      var changed = new ArrayList<>(values);
      int index = Integer.parseInt(path.getFirst());
      changed.set(index, set(values.get(index), rest, value));
      return new JsonArray(changed);
    }
    var object = tree instanceof JsonObject there ? there : JsonObject.EMPTY;
    return object.with(path.getFirst(), set(child(object, path.getFirst()), rest, value));
  }

  static JsonObject with(JsonObject tree, String path, String text) {
    return with(tree, path, new JsonString(text));
  }
}

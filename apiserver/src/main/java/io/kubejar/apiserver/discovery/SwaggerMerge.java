package io.kubejar.apiserver.discovery;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Puts documents of OpenAPI version 2 together. Of two paths with one name the first stays; of two
/// different definitions with one name the later gets another name.
final class SwaggerMerge {
  private static final String DEFINITIONS = "definitions";
  private static final String REFERENCE = "#/definitions/";

  private SwaggerMerge() {}

  static JsonObject merged(JsonObject own, List<JsonObject> parts) {
    var paths = new TreeMap<>(own.object("paths").fields());
    var definitions = new TreeMap<>(own.object(DEFINITIONS).fields());
    for (var part : parts) {
      var names = newNames(definitions, part.object(DEFINITIONS));
      part.object(DEFINITIONS)
          .fields()
          .forEach(
              (name, definition) ->
                  definitions.putIfAbsent(
                      names.getOrDefault(name, name), renamed(definition, names)));
      part.object("paths")
          .fields()
          .forEach((path, operations) -> paths.putIfAbsent(path, renamed(operations, names)));
    }
    return own.with("paths", new JsonObject(paths)).with(DEFINITIONS, new JsonObject(definitions));
  }

  /// The names that are taken by something else.
  private static Map<String, String> newNames(Map<String, JsonValue> taken, JsonObject more) {
    var names = new LinkedHashMap<String, String>();
    more.fields()
        .forEach(
            (name, definition) -> {
              var other = taken.get(name);
              if (other != null && !other.equals(definition)) {
                names.put(name, free(taken, more, name));
              }
            });
    return names;
  }

  private static String free(Map<String, JsonValue> taken, JsonObject more, String name) {
    int number = 2;
    while (taken.containsKey(name + "_v" + number) || more.has(name + "_v" + number)) {
      number++;
    }
    return name + "_v" + number;
  }

  private static JsonValue renamed(JsonValue tree, Map<String, String> names) {
    if (names.isEmpty()) {
      return tree;
    }
    return switch (tree) {
      case JsonObject object -> {
        var fields = new LinkedHashMap<String, JsonValue>();
        object
            .fields()
            .forEach(
                (name, value) ->
                    fields.put(
                        name,
                        name.equals("$ref") && value instanceof JsonString(var target)
                            ? new JsonString(reference(target, names))
                            : renamed(value, names)));
        yield new JsonObject(fields);
      }
      case JsonArray(var values) ->
          new JsonArray(values.stream().map(value -> renamed(value, names)).toList());
      default -> tree;
    };
  }

  private static String reference(String target, Map<String, String> names) {
    var name = target.substring(Math.min(REFERENCE.length(), target.length()));
    return target.startsWith(REFERENCE) ? REFERENCE + names.getOrDefault(name, name) : target;
  }
}

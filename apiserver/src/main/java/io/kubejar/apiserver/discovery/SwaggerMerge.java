package io.kubejar.apiserver.discovery;

import io.kubejar.api.openapi.SwaggerPart;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes parts of the document of OpenAPI version 2 from the documents of others. A definition that
/// differs from one of the same name before it gets another name.
final class SwaggerMerge {
  private static final String DEFINITIONS = "definitions";
  private static final String REFERENCE = "#/definitions/";

  private SwaggerMerge() {}

  /// The own parts, and what the others add.
  static List<SwaggerPart> merged(List<SwaggerPart> own, List<JsonObject> others) {
    var parts = new ArrayList<>(own);
    for (var other : others) {
      var names = newNames(parts, other.object(DEFINITIONS));
      var definitions = new LinkedHashMap<String, JsonValue>();
      other
          .object(DEFINITIONS)
          .fields()
          .forEach(
              (name, definition) ->
                  definitions.put(names.getOrDefault(name, name), renamed(definition, names)));
      var paths = new LinkedHashMap<String, JsonValue>();
      other
          .object("paths")
          .fields()
          .forEach((path, operations) -> paths.put(path, renamed(operations, names)));
      parts.add(SwaggerPart.of(paths, definitions));
    }
    return parts;
  }

  /// The names that are taken by something else.
  private static Map<String, String> newNames(List<SwaggerPart> taken, JsonObject more) {
    var names = new LinkedHashMap<String, String>();
    more.fields()
        .forEach(
            (name, definition) -> {
              var other = definition(taken, name);
              if (other.isPresent() && !other.get().equals(definition)) {
                names.put(name, free(taken, more, name));
              }
            });
    return names;
  }

  private static Optional<JsonObject> definition(List<SwaggerPart> parts, String name) {
    return parts.stream().flatMap(part -> part.definition(name).stream()).findFirst();
  }

  private static String free(List<SwaggerPart> taken, JsonObject more, String name) {
    int number = 2;
    while (definition(taken, name + "_v" + number).isPresent() || more.has(name + "_v" + number)) {
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

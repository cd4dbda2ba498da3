package io.kubejar.simulation.template;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Functions that every Go template knows, as far as they are needed.
final class Standard {
  static final Map<String, Function> FUNCTIONS =
      Map.of(
          "or", Standard::or,
          "and", Standard::and,
          "not", arguments -> JsonBoolean.of(!Block.isTrue(first("not", arguments))),
          "eq", Standard::eq,
          "ne", arguments -> JsonBoolean.of(!arguments.get(0).equals(arguments.get(1))),
          "index", Standard::index,
          "len", arguments -> JsonNumber.of((long) length(first("len", arguments))));

  private Standard() {}

  private static JsonValue or(List<JsonValue> arguments) {
    return arguments.stream()
        .filter(Block::isTrue)
        .findFirst()
        .orElseGet(() -> arguments.isEmpty() ? JsonNull.NULL : arguments.getLast());
  }

  private static JsonValue and(List<JsonValue> arguments) {
    return arguments.stream()
        .filter(it -> !Block.isTrue(it))
        .findFirst()
        .orElseGet(() -> arguments.isEmpty() ? JsonNull.NULL : arguments.getLast());
  }

  private static JsonValue eq(List<JsonValue> arguments) {
    var wanted = first("eq", arguments);
    return JsonBoolean.of(arguments.stream().skip(1).anyMatch(wanted::equals));
  }

  private static JsonValue index(List<JsonValue> arguments) {
    var current = first("index", arguments);
    for (var key : arguments.subList(1, arguments.size())) {
      current =
          switch (current) {
            case JsonArray(var values) when key instanceof JsonNumber number ->
                element(values, number.longValue());
            case JsonObject object when key instanceof JsonString(var name) ->
                Objects.requireNonNullElse(object.get(name), JsonNull.NULL);
            case JsonNull _ -> JsonNull.NULL;
            case JsonValue other -> throw new TemplateException("cannot index " + other);
          };
    }
    return current;
  }

  private static JsonValue element(List<JsonValue> values, long index) {
    if (index < 0 || index >= values.size()) {
      throw new TemplateException("index out of range: " + index);
    }
    return values.get((int) index);
  }

  private static int length(JsonValue value) {
    return switch (value) {
      case JsonArray(var values) -> values.size();
      case JsonObject(var fields) -> fields.size();
      case JsonString(var text) -> text.length();
      case JsonValue other -> throw new TemplateException("len of " + other);
    };
  }

  private static JsonValue first(String function, List<JsonValue> arguments) {
    if (arguments.isEmpty()) {
      throw new TemplateException("missing argument of " + function);
    }
    return arguments.getFirst();
  }
}

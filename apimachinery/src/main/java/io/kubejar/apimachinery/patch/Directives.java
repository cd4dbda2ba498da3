package io.kubejar.apimachinery.patch;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The words that steer a strategic merge patch, and the answers to their misuse.
final class Directives {
  static final String PATCH = "$patch";
  static final String RETAIN_KEYS = "$retainKeys";
  static final String DELETE_ITEMS = "$deleteFromPrimitiveList";
  static final String ORDER = "$setElementOrder";

  private Directives() {}

  /// The name of the field that `$setElementOrder/field` or `$deleteFromPrimitiveList/field` is
  /// about.
  static String fieldOf(String key, String directive) {
    if (!key.startsWith(directive + "/")) {
      throw directive.equals(ORDER) ? badOrder() : badDeletion();
    }
    return key.substring(directive.length() + 1);
  }

  static boolean has(JsonValue value) {
    return value instanceof JsonObject object && object.has(PATCH);
  }

  /// A value that is new, without the parts that only say what to do with old ones; nothing if it
  /// is such a part itself.
  static Optional<JsonValue> removed(JsonValue value) {
    return switch (value) {
      case JsonObject object when object.has(PATCH) -> Optional.empty();
      case JsonObject object -> {
        var kept = new LinkedHashMap<String, JsonValue>();
        object.fields().forEach((name, field) -> removed(field).ifPresent(v -> kept.put(name, v)));
        yield Optional.of(new JsonObject(kept));
      }
      case JsonArray(var values) ->
          Optional.of(
              new JsonArray(values.stream().flatMap(item -> removed(item).stream()).toList()));
      default -> Optional.of(value);
    };
  }

  static ApiException badOrder() {
    return ApiException.badRequest("invalid patch format of setElementOrder list");
  }

  static ApiException badDeletion() {
    return ApiException.badRequest("invalid patch format of primitive list");
  }

  static ApiException badRetainKeys() {
    return ApiException.badRequest("invalid patch format of retainKeys");
  }

  static ApiException listsOfLists() {
    return ApiException.unprocessable(
        new PatchMismatchException("lists of lists are not supported"));
  }

  static ApiException noMergeKey(JsonObject item, String mergeKey) {
    return ApiException.unexplained(
        "map: " + shown(item) + " does not contain declared merge key: " + mergeKey);
  }

  static ApiException unknownDirective(JsonValue directive, JsonObject patch) {
    return ApiException.unexplained(
        "unknown patch type: " + shown(directive) + " in map: " + shown(patch));
  }

  static ApiException wrongType(String expected, JsonValue actual) {
    return ApiException.unexplained(
        "expected a " + expected + ", but received a " + goType(actual));
  }

  static String goType(JsonValue value) {
    return switch (value) {
      case JsonObject _ -> "map[string]interface {}";
      case JsonArray _ -> "[]interface {}";
      case JsonString _ -> "string";
      case JsonNumber number -> number.isLong() ? "int64" : "float64";
      case JsonBoolean _ -> "bool";
      case JsonNull _ -> "%!s(<nil>)";
    };
  }

  /// The value as Go prints it.
  static String shown(JsonValue value) {
    return switch (value) {
      case JsonObject object ->
          new TreeMap<>(object.fields())
              .entrySet().stream()
                  .map(field -> field.getKey() + ":" + shown(field.getValue()))
                  .collect(Collectors.joining(" ", "map[", "]"));
      case JsonArray(var values) -> shown(values);
      case JsonString(var text) -> text;
      case JsonNull _ -> "<nil>";
      case JsonNumber(var text) -> text;
      case JsonBoolean(var bool) -> Boolean.toString(bool);
    };
  }

  static String shown(List<JsonValue> values) {
    return values.stream().map(Directives::shown).collect(Collectors.joining(" ", "[", "]"));
  }
}

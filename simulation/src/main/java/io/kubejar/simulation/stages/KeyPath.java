package io.kubejar.simulation.stages;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A way to values in an object, in the part of jq's language that stages use: fields
/// (`.metadata.name`, `["a.b/c"]`), elements (`.[]`, `[0]`), and `select(.type == "Ready")`, joined
/// by `|`.
record KeyPath(List<Step> steps) {
  private static final Pattern FIELD = Pattern.compile("\\.?([A-Za-z_][A-Za-z0-9_]*)");
  private static final Pattern QUOTED = Pattern.compile("\\.?\\[\\s*\"([^\"]*)\"\\s*]");
  private static final Pattern INDEX = Pattern.compile("\\.?\\[\\s*(\\d+)\\s*]");
  private static final Pattern ALL = Pattern.compile("\\.?\\[\\s*]");
  private static final Pattern SELECT = Pattern.compile("select\\s*\\((.*?)(==|!=)(.*)\\)");

  /// From values to values.
  private interface Step {
    Stream<JsonValue> from(JsonValue value);
  }

  /// @throws IllegalArgumentException for what it does not know
  static KeyPath parse(String text) {
    var steps = new ArrayList<Step>();
    for (var part : text.split("\\|", -1)) {
      var stage = part.strip();
      var select = SELECT.matcher(stage);
      if (select.matches()) {
        var of = parse(select.group(1).strip());
        var wanted = JsonParser.parse(select.group(3).strip());
        boolean equal = select.group(2).equals("==");
        steps.add(
            value ->
                of.values(value).contains(wanted) == equal ? Stream.of(value) : Stream.empty());
      } else {
        path(stage, steps);
      }
    }
    return new KeyPath(List.copyOf(steps));
  }

  private static void path(String text, List<Step> steps) {
    if (!text.startsWith(".") && !text.startsWith("[")) {
      throw new IllegalArgumentException("unknown expression: " + text);
    }
    int at = text.equals(".") ? 1 : 0;
    while (at < text.length()) {
      var quoted = QUOTED.matcher(text).region(at, text.length());
      var index = INDEX.matcher(text).region(at, text.length());
      var all = ALL.matcher(text).region(at, text.length());
      var field = FIELD.matcher(text).region(at, text.length());
      if (quoted.lookingAt()) {
        steps.add(field(quoted.group(1)));
        at = quoted.end();
      } else if (index.lookingAt()) {
        steps.add(element(Integer.parseInt(index.group(1))));
        at = index.end();
      } else if (all.lookingAt()) {
        steps.add(KeyPath::elements);
        at = all.end();
      } else if (field.lookingAt()) {
        steps.add(field(field.group(1)));
        at = field.end();
      } else {
        throw new IllegalArgumentException("unknown expression: " + text);
      }
    }
  }

  private static Step field(String name) {
    return value -> {
      var found = value instanceof JsonObject object ? object.get(name) : null;
      return found == null || found instanceof JsonNull ? Stream.empty() : Stream.of(found);
    };
  }

  private static Step element(int index) {
    return value ->
        value instanceof JsonArray array && index < array.size()
            ? Stream.of(array.get(index))
            : Stream.empty();
  }

  private static Stream<JsonValue> elements(JsonValue value) {
    return switch (value) {
      case JsonArray(var values) -> values.stream();
      case JsonObject(var fields) -> fields.values().stream();
      case JsonValue _ -> Stream.empty();
    };
  }

  /// What is there; absent values and nulls are not.
  List<JsonValue> values(JsonValue in) {
    var current = Stream.of(in);
    for (var step : steps) {
      current = current.flatMap(step::from);
    }
    return current.toList();
  }

  /// The same as texts.
  List<String> texts(JsonValue in) {
    return values(in).stream().map(KeyPath::text).toList();
  }

  private static String text(JsonValue value) {
    return switch (value) {
      case JsonString(var text) -> text;
      case JsonNumber(var text) -> text;
      case JsonValue other -> other.toString();
    };
  }
}

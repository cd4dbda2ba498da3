package io.kubejar.apimachinery.jsonpath;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/// A path into a tree, such as `.status.conditions[?(@.type=="Ready")].status`, in the dialect of
/// client-go. What the path names but the tree does not have leads nowhere; that is no error.
public record JsonPath(List<Step> steps) {
  public JsonPath {
    steps = List.copyOf(steps);
  }

  /// Reads a path without the braces around it.
  ///
  /// @throws JsonPathFormatException if it is none
  public static JsonPath parse(String text) {
    return new JsonPathParser(text).parse();
  }

  /// The values that the path leads to, in their order.
  public List<JsonValue> find(JsonValue root) {
    List<JsonValue> found = List.of(root);
    for (var step : steps) {
      var next = new ArrayList<JsonValue>();
      for (var value : found) {
        follow(step, value, next);
      }
      found = next;
    }
    return found;
  }

  private static void follow(Step step, JsonValue value, List<JsonValue> into) {
    switch (step) {
      case Step.Field(var name) -> {
        if (value instanceof JsonObject object) {
          var field = object.get(name);
          if (field != null) {
            into.add(field);
          }
        }
      }
      case Step.All() -> into.addAll(children(value));
      case Step.Inside() -> inside(value, into);
      case Step.Items items -> {
        if (value instanceof JsonArray(var values)) {
          items(items, values, into);
        }
      }
      case Step.Matching matching ->
          children(value).stream().filter(item -> holds(matching, item)).forEach(into::add);
      case Step.Either(var ways) -> ways.forEach(way -> into.addAll(way.find(value)));
    }
  }

  private static List<JsonValue> children(JsonValue value) {
    return switch (value) {
      case JsonArray(var values) -> values;
      case JsonObject(var fields) -> List.copyOf(fields.values());
      case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> List.of();
    };
  }

  private static void inside(JsonValue value, List<JsonValue> into) {
    into.add(value);
    for (var child : children(value)) {
      inside(child, into);
    }
  }

  private static void items(Step.Items items, List<JsonValue> values, List<JsonValue> into) {
    int size = values.size();
    int from = items.from() < 0 ? items.from() + size : items.from();
    if (items.single()) {
      if (from >= 0 && from < size) {
        into.add(values.get(from));
      }
      return;
    }
    int end = items.toEnd() ? size : items.to() < 0 ? items.to() + size : items.to();
    for (int i = Math.max(from, 0); i < Math.min(end, size); i += items.by()) {
      into.add(values.get(i));
    }
  }

  private static boolean holds(Step.Matching matching, JsonValue item) {
    var left = values(matching.left(), item);
    if (matching.operator().equals("exists")) {
      return !left.isEmpty();
    }
    var right = values(matching.right(), item);
    return left.size() == 1
        && right.size() == 1
        && compare(left.getFirst(), matching.operator(), right.getFirst());
  }

  private static List<JsonValue> values(Step.Operand operand, JsonValue item) {
    return switch (operand) {
      case Step.Operand.Literal(var value) -> List.of(value);
      case Step.Operand.Path(var path) -> path.find(item);
    };
  }

  private static boolean compare(JsonValue left, String operator, JsonValue right) {
    return switch (operator) {
      case "==" -> left.equals(right);
      case "!=" -> !left.equals(right);
      case "<" -> isOrdered(left, right) && order(left, right) < 0;
      case "<=" -> isOrdered(left, right) && order(left, right) <= 0;
      case ">" -> isOrdered(left, right) && order(left, right) > 0;
      case ">=" -> isOrdered(left, right) && order(left, right) >= 0;
      default -> throw new IllegalStateException(operator);
    };
  }

  private static boolean isOrdered(JsonValue left, JsonValue right) {
    return (left instanceof JsonNumber && right instanceof JsonNumber)
        || (left instanceof JsonString && right instanceof JsonString);
  }

  private static int order(JsonValue left, JsonValue right) {
    return left instanceof JsonNumber number && right instanceof JsonNumber other
        ? Double.compare(number.doubleValue(), other.doubleValue())
        : ((JsonString) left).value().compareTo(((JsonString) right).value());
  }
}

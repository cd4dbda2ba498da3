package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// One step on the way to a field.
public sealed interface PathElement extends Comparable<PathElement> {

  /// A field of an object.
  record FieldName(String name) implements PathElement {
    @Override
    public String toString() {
      return "." + name;
    }
  }

  /// An item of a list, by its keys.
  ///
  /// @param fields ordered by name
  record Key(List<KeyField> fields) implements PathElement {
    public Key {
      fields = fields.stream().sorted(Comparator.comparing(KeyField::name)).toList();
    }

    @Override
    public String toString() {
      return fields.stream()
          .map(field -> field.name() + "=" + shown(field.value()))
          .collect(Collectors.joining(",", "[", "]"));
    }
  }

  /// One key of an item.
  record KeyField(String name, JsonValue value) {}

  /// An item of a set, by its value.
  record Value(JsonValue value) implements PathElement {
    @Override
    public String toString() {
      return "[=" + shown(value) + "]";
    }
  }

  /// An item of a list, by its place.
  record Index(int index) implements PathElement {
    @Override
    public String toString() {
      return "[" + index + "]";
    }
  }

  /// Fields before keys before values before indexes: the order on the wire.
  @Override
  default int compareTo(PathElement other) {
    if (this instanceof FieldName(var mine) && other instanceof FieldName(var theirs)) {
      return mine.compareTo(theirs);
    }
    if (rank(this) != rank(other)) {
      return Integer.compare(rank(this), rank(other));
    }
    return switch (this) {
      case FieldName _ -> 0;
      case Key(var fields) -> compareKeys(fields, ((Key) other).fields());
      case Value(var value) -> compareValues(value, ((Value) other).value());
      case Index(var index) -> Integer.compare(index, ((Index) other).index());
    };
  }

  private static int rank(PathElement element) {
    return switch (element) {
      case FieldName _ -> 0;
      case Key _ -> 1;
      case Value _ -> 2;
      case Index _ -> 3;
    };
  }

  private static int compareKeys(List<KeyField> mine, List<KeyField> theirs) {
    for (int i = 0; i < Math.min(mine.size(), theirs.size()); i++) {
      int names = mine.get(i).name().compareTo(theirs.get(i).name());
      if (names != 0) {
        return names;
      }
      int values = compareValues(mine.get(i).value(), theirs.get(i).value());
      if (values != 0) {
        return values;
      }
    }
    return Integer.compare(mine.size(), theirs.size());
  }

  /// Numbers before texts before booleans before the rest.
  private static int compareValues(JsonValue mine, JsonValue theirs) {
    if (mine instanceof JsonNumber a && theirs instanceof JsonNumber b) {
      return a.isLong() && b.isLong()
          ? Long.compare(a.longValue(), b.longValue())
          : Double.compare(a.doubleValue(), b.doubleValue());
    }
    if (mine instanceof JsonString(var a) && theirs instanceof JsonString(var b)) {
      return a.compareTo(b);
    }
    if (mine instanceof JsonBoolean(var a) && theirs instanceof JsonBoolean(var b)) {
      return Boolean.compare(a, b);
    }
    int kinds = Integer.compare(rank(mine), rank(theirs));
    return kinds != 0 ? kinds : JsonPrinter.print(mine).compareTo(JsonPrinter.print(theirs));
  }

  private static int rank(JsonValue value) {
    return switch (value) {
      case JsonNumber _ -> 0;
      case JsonString _ -> 1;
      case JsonBoolean _ -> 2;
      default -> 3;
    };
  }

  private static String shown(JsonValue value) {
    return value instanceof JsonString(var text) ? GoText.quoted(text) : JsonPrinter.print(value);
  }

  /// A path as messages show it, such as `.spec.containers[name="web"].image`.
  static String pathText(List<PathElement> path) {
    return path.stream().map(PathElement::toString).collect(Collectors.joining());
  }
}

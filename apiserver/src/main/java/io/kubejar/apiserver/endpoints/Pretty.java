package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.nio.charset.StandardCharsets;

/// JSON for people: two spaces a level.
final class Pretty {
  private static final String STEP = "  ";

  /// How a list of items ends that is the last field of an object.
  static final String END_OF_LIST = "\n" + STEP + "]\n}";

  private final StringBuilder out = new StringBuilder();

  private Pretty() {}

  static byte[] indented(JsonValue value) {
    var pretty = new Pretty();
    pretty.write(value, "\n");
    return pretty.out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// A field of an object, on a line of its own.
  static String field(String name, JsonValue value) {
    var pretty = new Pretty();
    pretty.write(value, "\n" + STEP);
    return fieldName(name) + pretty.out;
  }

  static String fieldName(String name) {
    var text = new StringBuilder("\n").append(STEP);
    JsonPrinter.quote(name, text);
    return text.append(": ").toString();
  }

  /// An item of a list that is a field of an object, on lines of its own.
  static String item(JsonValue value) {
    var pretty = new Pretty();
    var line = "\n" + STEP + STEP;
    pretty.out.append(line);
    pretty.write(value, line);
    return pretty.out.toString();
  }

  private void write(JsonValue value, String lineStart) {
    switch (value) {
      case JsonObject object when !object.isEmpty() -> {
        var inner = lineStart + STEP;
        var separator = "{";
        for (var field : object.fields().entrySet()) {
          out.append(separator).append(inner);
          JsonPrinter.quote(field.getKey(), out);
          out.append(": ");
          write(field.getValue(), inner);
          separator = ",";
        }
        out.append(lineStart).append('}');
      }
      case JsonArray array when !array.isEmpty() -> {
        var inner = lineStart + STEP;
        var separator = "[";
        for (var item : array.values()) {
          out.append(separator).append(inner);
          write(item, inner);
          separator = ",";
        }
        out.append(lineStart).append(']');
      }
      case JsonString(var text) -> JsonPrinter.quote(text, out);
      default -> out.append(JsonPrinter.print(value));
    }
  }
}

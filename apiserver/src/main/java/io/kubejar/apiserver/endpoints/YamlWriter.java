package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Writes YAML in block style with sorted keys, as `sigs.k8s.io/yaml` does.
final class YamlWriter {
  /// Texts that no YAML reader can take for anything else.
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*");

  private static final Pattern WORD_WITH_A_MEANING =
      Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null|nan|~");

  private final StringBuilder out = new StringBuilder();

  private YamlWriter() {}

  static String write(JsonValue value) {
    var writer = new YamlWriter();
    switch (value) {
      case JsonObject object when !object.isEmpty() -> writer.object(object.fields(), "");
      case JsonArray array when !array.isEmpty() -> writer.array(array.values(), "");
      default -> writer.out.append(scalar(value)).append('\n');
    }
    return writer.out.toString();
  }

  private void object(Map<String, JsonValue> fields, String indent) {
    var first = indent;
    for (var field : new TreeMap<>(fields).entrySet()) {
      out.append(first).append(text(field.getKey())).append(':');
      nested(field.getValue(), indent);
      first = indent;
    }
  }

  private void nested(JsonValue value, String indent) {
    switch (value) {
      case JsonObject object when !object.isEmpty() -> {
        out.append('\n');
        object(object.fields(), indent + "  ");
      }
      case JsonArray array when !array.isEmpty() -> {
        out.append('\n');
        array(array.values(), indent);
      }
      default -> out.append(' ').append(scalar(value)).append('\n');
    }
  }

  private void array(List<JsonValue> values, String indent) {
    for (var value : values) {
      out.append(indent).append("- ");
      switch (value) {
        case JsonObject object when !object.isEmpty() -> {
          int start = out.length();
          object(object.fields(), indent + "  ");
          out.delete(start, start + indent.length() + 2); // The dash stands where the indent was.
        }
        case JsonArray array when !array.isEmpty() -> {
          int start = out.length();
          array(array.values(), indent + "  ");
          out.delete(start, start + indent.length() + 2);
        }
        default -> out.append(scalar(value)).append('\n');
      }
    }
  }

  private static String scalar(JsonValue value) {
    return value instanceof JsonString(var text) ? text(text) : JsonPrinter.print(value);
  }

  private static String text(String text) {
    boolean plain = PLAIN.matcher(text).matches() && !WORD_WITH_A_MEANING.matcher(text).matches();
    if (plain) {
      return text;
    }
    var quoted = new StringBuilder();
    JsonPrinter.quote(text, quoted); // A JSON text is a YAML text.
    return quoted.toString();
  }
}

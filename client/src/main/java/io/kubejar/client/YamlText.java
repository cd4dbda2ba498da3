package io.kubejar.client;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.regex.Pattern;

/// Writes a tree as block YAML, as people expect a kubeconfig to look.
final class YamlText {
  /// What cannot be mistaken for anything but text.
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z/][A-Za-z0-9/_.@+=-]*(:[A-Za-z0-9/_.@+=-]+)*");

  private static final Pattern WORD_WITH_MEANING =
      Pattern.compile("(?i)true|false|yes|no|on|off|null|y|n|[.](nan|inf)");

  private final StringBuilder out = new StringBuilder();

  private YamlText() {}

  static String of(JsonObject tree) {
    var text = new YamlText();
    text.fields(tree, 0, false);
    return text.out.toString();
  }

  private void fields(JsonObject object, int indent, boolean firstIsIndented) {
    boolean first = firstIsIndented;
    for (var field : object.fields().entrySet()) {
      if (!first) {
        out.repeat(' ', indent);
      }
      first = false;
      out.append(scalar(field.getKey())).append(':');
      value(field.getValue(), indent);
    }
  }

  private void value(JsonValue value, int indent) {
    switch (value) {
      case JsonObject object when !object.isEmpty() -> {
        out.append('\n');
        fields(object, indent + 2, false);
      }
      case JsonArray array when !array.isEmpty() -> {
        out.append('\n');
        for (var item : array) {
          out.repeat(' ', indent).append("-");
          item(item, indent);
        }
      }
      case JsonString text -> out.append(' ').append(scalar(text.value())).append('\n');
      default -> out.append(' ').append(JsonPrinter.print(value)).append('\n');
    }
  }

  private void item(JsonValue item, int indent) {
    if (item instanceof JsonObject object && !object.isEmpty()) {
      out.append(' ');
      fields(object, indent + 2, true);
    } else {
      value(item, indent + 2);
    }
  }

  private static String scalar(String text) {
    if (PLAIN.matcher(text).matches() && !WORD_WITH_MEANING.matcher(text).matches()) {
      return text;
    }
    var quoted = new StringBuilder();
    JsonPrinter.quote(text, quoted);
    return quoted.toString();
  }
}

package io.kubejar.apimachinery.json;

import java.nio.charset.StandardCharsets;

/// Writes a tree as compact JSON.
public final class JsonPrinter {
  private static final String HEX = "0123456789abcdef";

  private JsonPrinter() {}

  public static String print(JsonValue value) {
    var out = new StringBuilder(256);
    print(value, out);
    return out.toString();
  }

  public static byte[] printUtf8(JsonValue value) {
    return print(value).getBytes(StandardCharsets.UTF_8);
  }

  /// Appends a text in double quotes.
  public static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          // Line separators end a line in JavaScript, where JSON is sometimes pasted; Go escapes
          // them too.
          if (c < 0x20 || c == 0x2028 || c == 0x2029) {
            out.append("\\u").append(HEX.charAt(c >> 12)).append(HEX.charAt((c >> 8) & 15));
            out.append(HEX.charAt((c >> 4) & 15)).append(HEX.charAt(c & 15));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static void print(JsonValue value, StringBuilder out) {
    switch (value) {
      case JsonObject object -> printObject(object, out);
      case JsonArray array -> printArray(array, out);
      case JsonString(var text) -> quote(text, out);
      case JsonNumber(var text) -> out.append(text);
      case JsonBoolean(var bool) -> out.append(bool);
      case JsonNull() -> out.append("null");
    }
  }

  private static void printObject(JsonObject object, StringBuilder out) {
    out.append('{');
    boolean first = true;
    for (var field : object.fields().entrySet()) {
      if (!first) {
        out.append(',');
      }
      first = false;
      quote(field.getKey(), out);
      out.append(':');
      print(field.getValue(), out);
    }
    out.append('}');
  }

  private static void printArray(JsonArray array, StringBuilder out) {
    out.append('[');
    boolean first = true;
    for (var item : array) {
      if (!first) {
        out.append(',');
      }
      first = false;
      print(item, out);
    }
    out.append(']');
  }
}

package io.kubejar.apimachinery;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.TreeMap;

/// Texts the way the ecosystem's clients know them from Go's `%q`.
public final class GoText {
  private static final String HEX = "0123456789abcdef";

  /// The exponents of ten between which a number is written without one.
  private static final int SMALLEST_PLAIN = -4;

  private static final int LARGEST_PLAIN = 5;

  /// Likewise in JSON, as sizes.
  private static final double SMALLEST_PLAIN_JSON = 1e-6;

  private static final double SMALLEST_LONG_JSON = 1e21;

  private GoText() {}

  /// The text in double quotes, with control characters escaped.
  public static String quoted(String text) {
    var quoted = new StringBuilder(text.length() + 2).append('"');
    text.codePoints().forEach(c -> append(quoted, c));
    return quoted.append('"').toString();
  }

  /// A number as Go's `%v` prints it: the fewest digits that tell it from its neighbours, with an
  /// exponent from a million on and below a ten-thousandth.
  public static String floating(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "+Inf" : "-Inf";
    }
    if (number == 0) {
      return 1 / number < 0 ? "-0" : "0";
    }
    var shortest = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= SMALLEST_PLAIN && exponent <= LARGEST_PLAIN) {
      return shortest.toPlainString();
    }
    var digits = shortest.unscaledValue().abs().toString();
    var fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    return (number < 0 ? "-" : "")
        + digits.charAt(0)
        + fraction
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  /// A tree as Go's encoder writes it: fields by name, numbers in their shortest form, and what
  /// HTML would take for a tag escaped.
  public static String json(JsonValue value) {
    return JsonPrinter.print(canonical(value))
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026");
  }

  private static JsonValue canonical(JsonValue value) {
    return switch (value) {
      case JsonObject(var fields) -> {
        var sorted = new LinkedHashMap<String, JsonValue>();
        new TreeMap<>(fields).forEach((name, field) -> sorted.put(name, canonical(field)));
        yield new JsonObject(sorted);
      }
      case JsonArray(var items) -> new JsonArray(items.stream().map(GoText::canonical).toList());
      case JsonNumber number when !number.isLong() -> number(number.doubleValue());
      case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> value;
    };
  }

  /// A number as Go's encoder writes it, in its shortest form.
  public static JsonNumber number(double number) {
    double size = Math.abs(number);
    boolean plain = size == 0 || (size >= SMALLEST_PLAIN_JSON && size < SMALLEST_LONG_JSON);
    if (Double.isInfinite(number) || !plain) {
      return new JsonNumber(floating(number).replace("e-0", "e-"));
    }
    return new JsonNumber(
        new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString());
  }

  private static void append(StringBuilder quoted, int c) {
    switch (c) {
      case '"' -> quoted.append("\\\"");
      case '\\' -> quoted.append("\\\\");
      case '\n' -> quoted.append("\\n");
      case '\r' -> quoted.append("\\r");
      case '\t' -> quoted.append("\\t");
      case 0x07 -> quoted.append("\\a");
      case '\b' -> quoted.append("\\b");
      case '\f' -> quoted.append("\\f");
      case 0x0b -> quoted.append("\\v");
      default -> {
        if (c < 0x20 || c == 0x7f) {
          quoted.append("\\x").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
        } else if (isPrintable(c)) {
          quoted.appendCodePoint(c);
        } else if (c < 0x10000) {
          quoted.append(String.format("\\u%04x", c));
        } else {
          quoted.append(String.format("\\U%08x", c));
        }
      }
    }
  }

  /// Whether Go writes this code point as it is.
  public static boolean isPrintable(int c) {
    return c == ' '
        || switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.PRIVATE_USE,
              Character.UNASSIGNED,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SPACE_SEPARATOR ->
              false;
          default -> true;
        };
  }
}

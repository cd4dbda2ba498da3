package io.kubejar.apimachinery.cel.library;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.BytesValue;
import io.kubejar.apimachinery.cel.value.DoubleValue;
import io.kubejar.apimachinery.cel.value.DurationValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.ListValue;
import io.kubejar.apimachinery.cel.value.MapValue;
import io.kubejar.apimachinery.cel.value.NullValue;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.TimestampValue;
import io.kubejar.apimachinery.cel.value.TypeValue;
import io.kubejar.apimachinery.cel.value.UintValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.HexFormat;
import java.util.Locale;
import java.util.TreeMap;

/// `'%s has %d'.format([a, b])`. Numbers with a fraction are written as in American English, as
/// upstream's default has it.
final class TextFormat {
  private static final int DEFAULT_PRECISION = 6;

  /// No number is written with more digits behind the point.
  private static final int LARGEST_PRECISION = 1000;

  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  private final String format;
  private final ListValue arguments;
  private final StringBuilder text = new StringBuilder();
  private int at;
  private int nextArgument;

  private TextFormat(String format, ListValue arguments) {
    this.format = format;
    this.arguments = arguments;
  }

  static Value format(String format, ListValue arguments) {
    try {
      return new TextFormat(format, arguments).run();
    } catch (FormatException e) {
      return new ErrorValue(e.message);
    }
  }

  /// A fault on its way out of nested formatting.
  private static final class FormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String message;

    FormatException(String message) {
      super(message, null, false, false);
      this.message = message;
    }
  }

  private Value run() {
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c != '%') {
        text.append(c);
      } else if (at < format.length() && format.charAt(at) == '%') {
        text.append('%');
        at++;
      } else {
        clause();
      }
      if (text.length() > Texts.LONGEST) {
        return new ErrorValue("format: the result is too long");
      }
    }
    return new StringValue(text.toString());
  }

  private void clause() {
    if (nextArgument >= arguments.length()) {
      throw new FormatException("index %d out of range".formatted(nextArgument));
    }
    var argument = arguments.get(nextArgument++);
    if (at >= format.length()) {
      throw new FormatException("unexpected end of string");
    }
    int precision = precision();
    char verb = format.charAt(at++);
    try {
      text.append(formatted(verb, precision, argument));
    } catch (FormatException e) {
      throw new FormatException("error during formatting: " + e.message);
    }
  }

  private int precision() {
    if (format.charAt(at) != '.') {
      return DEFAULT_PRECISION;
    }
    int start = ++at;
    while (at < format.length() && Character.digit(format.charAt(at), 10) >= 0) {
      at++;
    }
    if (at >= format.length()) {
      throw precisionFault("could not find end of precision specifier");
    }
    var digits = format.substring(start, at);
    if (digits.isEmpty() || digits.length() > 4 || Integer.parseInt(digits) > LARGEST_PRECISION) {
      throw precisionFault(
          "error while converting precision to integer: strconv.Atoi: parsing %s: invalid syntax"
              .formatted(GoText.quoted(digits)));
    }
    return Integer.parseInt(digits);
  }

  private static FormatException precisionFault(String fault) {
    return new FormatException(
        "could not parse formatting clause: error while parsing precision: " + fault);
  }

  private static String formatted(char verb, int precision, Value argument) {
    return switch (verb) {
      case 's' -> shown(argument);
      case 'd' -> decimal(argument);
      case 'f' -> fixed(argument, precision);
      case 'e' -> scientific(argument, precision);
      case 'b' -> binary(argument);
      case 'x' -> hex(argument);
      case 'X' -> hex(argument).toUpperCase(Locale.ROOT);
      case 'o' -> octal(argument);
      default ->
          throw new FormatException(
              "could not parse formatting clause: unrecognized formatting clause \"" + verb + '"');
    };
  }

  private static String shown(Value argument) {
    return switch (argument) {
      case ListValue list -> list(list);
      case MapValue map -> map(map);
      case BoolValue _,
          BytesValue _,
          DoubleValue _,
          DurationValue _,
          IntValue _,
          NullValue _,
          StringValue _,
          TimestampValue _,
          TypeValue _,
          UintValue _ ->
          argument.text();
      case Value _ ->
          throw new FormatException(
              "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists,"
                  + " types, durations, and timestamps, was given "
                  + argument.typeName());
    };
  }

  /// A value inside a list or map, written as CEL would read it.
  private static String nested(Value value) {
    return switch (value) {
      case StringValue(var text) -> GoText.quoted(text);
      case BytesValue(var bytes) -> "b" + GoText.quoted(bytes.utf8());
      case TimestampValue _ -> "timestamp(" + GoText.quoted(value.text()) + ")";
      case DurationValue _ -> "duration(" + GoText.quoted(value.text()) + ")";
      case DoubleValue(double number) ->
          Double.isNaN(number) || Double.isInfinite(number)
              ? GoText.quoted(value.text())
              : String.format(Locale.ROOT, "%.6f", number);
      case ListValue list -> list(list);
      case MapValue map -> map(map);
      case BoolValue _, IntValue _, NullValue _, TypeValue _, UintValue _ -> value.text();
      case Value _ -> throw new FormatException("no formatting function for " + value.typeName());
    };
  }

  private static String list(ListValue list) {
    var text = new StringBuilder("[");
    for (int i = 0; i < list.length(); i++) {
      text.append(i == 0 ? "" : ", ").append(nested(list.get(i)));
    }
    return text.append(']').toString();
  }

  private static String map(MapValue map) {
    var entries = new TreeMap<String, String>();
    for (var key : map.keys()) {
      var value = map.find(key);
      if (!(key instanceof StringValue
          || key instanceof BoolValue
          || key instanceof IntValue
          || key instanceof UintValue)) {
        throw new FormatException("no formatting function for map key of type " + key.typeName());
      }
      entries.put(nested(key), value == null ? "" : nested(value));
    }
    var text = new StringBuilder("{");
    entries.forEach(
        (key, value) ->
            text.append(text.length() == 1 ? "" : ", ").append(key).append(':').append(value));
    return text.append('}').toString();
  }

  private static String decimal(Value argument) {
    if (argument instanceof IntValue || argument instanceof UintValue) {
      return argument.text();
    }
    throw new FormatException(
        "decimal clause can only be used on integers, was given " + argument.typeName());
  }

  private static String fixed(Value argument, int precision) {
    double number = floating(argument, "fixed-point");
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "∞" : "-∞";
    }
    return String.format(Locale.US, "%,." + precision + "f", number);
  }

  private static String scientific(Value argument, int precision) {
    double number = floating(argument, "scientific");
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "∞" : "-∞";
    }
    var written = String.format(Locale.ROOT, "%." + precision + "e", number);
    int e = written.indexOf('e');
    var exponent = new StringBuilder(written.charAt(e + 1) == '-' ? "⁻" : "");
    written
        .substring(e + 2)
        .chars()
        .forEach(digit -> exponent.append(SUPERSCRIPTS.charAt(digit - '0')));
    return written.substring(0, e) + "×10" + exponent;
  }

  private static double floating(Value argument, String clause) {
    return switch (argument) {
      case DoubleValue(double number) -> number;
      case StringValue(var text) when text.equals("NaN") -> Double.NaN;
      case StringValue(var text) when text.equals("Infinity") -> Double.POSITIVE_INFINITY;
      case StringValue(var text) when text.equals("-Infinity") -> Double.NEGATIVE_INFINITY;
      case Value _ ->
          throw new FormatException(
              clause + " clause can only be used on doubles, was given " + argument.typeName());
    };
  }

  private static String binary(Value argument) {
    return switch (argument) {
      case IntValue(long number) -> Long.toString(number, 2);
      case UintValue(long bits) -> Long.toUnsignedString(bits, 2);
      case BoolValue(boolean is) -> is ? "1" : "0";
      case Value _ ->
          throw new FormatException(
              "only integers and bools can be formatted as binary, was given "
                  + argument.typeName());
    };
  }

  private static String hex(Value argument) {
    return switch (argument) {
      case IntValue(long number) -> Long.toString(number, 16);
      case UintValue(long bits) -> Long.toUnsignedString(bits, 16);
      case StringValue(var text) -> HexFormat.of().formatHex(Bytes.utf8(text).toArray());
      case BytesValue(var bytes) -> HexFormat.of().formatHex(bytes.toArray());
      case Value _ ->
          throw new FormatException(
              "only integers, byte buffers, and strings can be formatted as hex, was given "
                  + argument.typeName());
    };
  }

  private static String octal(Value argument) {
    return switch (argument) {
      case IntValue(long number) -> Long.toString(number, 8);
      case UintValue(long bits) -> Long.toUnsignedString(bits, 8);
      case Value _ ->
          throw new FormatException(
              "octal clause can only be used on integers, was given " + argument.typeName());
    };
  }
}

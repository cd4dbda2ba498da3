package io.kubejar.apimachinery.cel.library;

import static dev.cel.common.types.SimpleType.DYN;
import static dev.cel.common.types.SimpleType.INT;
import static dev.cel.common.types.SimpleType.STRING;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.ListValue;
import io.kubejar.apimachinery.cel.value.PlainList;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// The extension of strings, version 2. Places are counted in code points.
public final class Texts {
  /// No function makes a longer text, in UTF-16 units. Upstream has no such bound, but replacing
  /// every character by a long text must not fill the memory before its cost is known.
  static final long LONGEST = 32 << 20;

  private static final CelType TEXTS = ListType.create(STRING);

  private Texts() {}

  public static Library library() {
    return new Library(
        Stream.of(places(), changes(), parts()).flatMap(List::stream).toList(), List.of());
  }

  private static List<Function> places() {
    return List.of(
        Function.of("charAt", member("string_char_at_int", STRING, Texts::charAt, STRING, INT)),
        Function.of(
            "indexOf",
            member("string_index_of_string", INT, a -> indexOf(a, 0), STRING, STRING),
            member(
                "string_index_of_string_int",
                INT,
                a -> indexOf(a, number(a[2])),
                STRING,
                STRING,
                INT)),
        Function.of(
            "lastIndexOf",
            member("string_last_index_of_string", INT, Texts::lastIndexOf, STRING, STRING),
            member(
                "string_last_index_of_string_int",
                INT,
                a -> lastIndexOf(a, number(a[2])),
                STRING,
                STRING,
                INT)));
  }

  private static List<Function> changes() {
    return List.of(
        Function.of("lowerAscii", change("string_lower_ascii", Texts::lowerAscii)),
        Function.of("upperAscii", change("string_upper_ascii", Texts::upperAscii)),
        Function.of("trim", change("string_trim", String::strip)),
        Function.of(
            "reverse",
            change("string_reverse", text -> new StringBuilder(text).reverse().toString())),
        Function.of(
            "replace",
            member(
                "string_replace_string_string",
                STRING,
                a -> replace(a, -1),
                STRING,
                STRING,
                STRING),
            member(
                "string_replace_string_string_int",
                STRING,
                a -> replace(a, number(a[3])),
                STRING,
                STRING,
                STRING,
                INT)));
  }

  private static List<Function> parts() {
    return List.of(
        Function.of(
            "split",
            member("string_split_string", TEXTS, a -> split(a, -1), STRING, STRING),
            member(
                "string_split_string_int",
                TEXTS,
                a -> split(a, number(a[2])),
                STRING,
                STRING,
                INT)),
        Function.of(
            "substring",
            member("string_substring_int", STRING, Texts::substring, STRING, INT),
            member("string_substring_int_int", STRING, Texts::substring, STRING, INT, INT)),
        Function.of(
            "join",
            member("list_join", STRING, a -> join((ListValue) a[0], ""), TEXTS),
            member(
                "list_join_string",
                STRING,
                a -> join((ListValue) a[0], text(a[1])),
                TEXTS,
                STRING)),
        Function.of(
            "format",
            member(
                "string_format",
                STRING,
                a -> TextFormat.format(text(a[0]), (ListValue) a[1]),
                STRING,
                ListType.create(DYN))),
        Function.of(
            "strings.quote",
            Overload.global(
                "strings_quote",
                STRING,
                List.of(STRING),
                a -> new StringValue(quote(text(a[0]))))));
  }

  private static Overload member(
      String id, CelType result, Overload.Body body, CelType... parameters) {
    return Overload.member(id, result, List.of(parameters), body);
  }

  private static Overload change(String id, UnaryOperator<String> change) {
    return member(id, STRING, a -> new StringValue(change.apply(text(a[0]))), STRING);
  }

  static String text(Value value) {
    return ((StringValue) value).value();
  }

  private static long number(Value value) {
    return ((IntValue) value).value();
  }

  private static ErrorValue outOfRange(long index) {
    return new ErrorValue("index out of range: " + index);
  }

  private static Value charAt(Value[] arguments) {
    var points = text(arguments[0]).codePoints().toArray();
    long index = number(arguments[1]);
    if (index < 0 || index > points.length) {
      return outOfRange(index);
    }
    return index == points.length
        ? StringValue.EMPTY
        : new StringValue(Character.toString(points[(int) index]));
  }

  private static Value indexOf(Value[] arguments, long offset) {
    var text = text(arguments[0]);
    var part = text(arguments[1]);
    if (part.isEmpty()) {
      return new IntValue(offset);
    }
    if (offset < 0) {
      return outOfRange(offset);
    }
    if (offset >= arguments[0].size()) {
      return new IntValue(-1);
    }
    int found = text.indexOf(part, text.offsetByCodePoints(0, (int) offset));
    return new IntValue(found < 0 ? -1 : text.codePointCount(0, found));
  }

  private static Value lastIndexOf(Value[] arguments) {
    long length = arguments[0].size();
    if (text(arguments[1]).isEmpty()) {
      return new IntValue(length);
    }
    return length < arguments[1].size()
        ? new IntValue(-1)
        : lastIndexOf(arguments, Math.max(0, length - 1));
  }

  private static Value lastIndexOf(Value[] arguments, long offset) {
    var text = text(arguments[0]);
    var part = text(arguments[1]);
    if (part.isEmpty()) {
      return new IntValue(offset);
    }
    if (offset < 0) {
      return outOfRange(offset);
    }
    if (offset >= arguments[0].size()) {
      return new IntValue(-1);
    }
    int found = text.lastIndexOf(part, text.offsetByCodePoints(0, (int) offset));
    return new IntValue(found < 0 ? -1 : text.codePointCount(0, found));
  }

  private static String lowerAscii(String text) {
    var changed = new StringBuilder(text.length());
    text.chars().forEach(c -> changed.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c)));
    return changed.toString();
  }

  private static String upperAscii(String text) {
    var changed = new StringBuilder(text.length());
    text.chars().forEach(c -> changed.append((char) (c >= 'a' && c <= 'z' ? c - 32 : c)));
    return changed.toString();
  }

  /// @param most how many places are replaced; below zero for all
  private static Value replace(Value[] arguments, long most) {
    var text = text(arguments[0]);
    var old = text(arguments[1]);
    var with = text(arguments[2]);
    var changed = new StringBuilder();
    int at = 0;
    long left = most < 0 ? Long.MAX_VALUE : most;
    while (left-- > 0) {
      int found = old.isEmpty() ? nextGap(text, at, changed.isEmpty()) : text.indexOf(old, at);
      if (found < 0) {
        break;
      }
      changed.append(text, at, found).append(with);
      at = found + old.length();
      if (changed.length() > LONGEST) {
        return new ErrorValue("replace: the result is too long");
      }
      if (old.isEmpty() && with.isEmpty()) {
        break; // Nothing put into every gap changes nothing.
      }
    }
    return new StringValue(changed.append(text, at, text.length()).toString());
  }

  /// The next place between two characters; the first is before all of them.
  private static int nextGap(String text, int at, boolean isFirst) {
    if (isFirst) {
      return 0;
    }
    return at >= text.length() ? -1 : at + Character.charCount(text.codePointAt(at));
  }

  /// @param most how many parts are made; below zero for all
  private static Value split(Value[] arguments, long most) {
    var text = text(arguments[0]);
    var separator = text(arguments[1]);
    var parts = new ArrayList<String>();
    if (most == 0) {
      return PlainList.EMPTY;
    }
    int at = 0;
    while (most < 0 || parts.size() < most - 1) {
      int end = separator.isEmpty() ? nextGap(text, at, false) : text.indexOf(separator, at);
      if (end < 0 || (separator.isEmpty() && end >= text.length())) {
        break;
      }
      parts.add(text.substring(at, end));
      at = end + separator.length();
    }
    if (!separator.isEmpty() || !text.isEmpty()) {
      parts.add(text.substring(at));
    }
    return PlainList.ofTexts(parts);
  }

  private static Value substring(Value[] arguments) {
    var text = text(arguments[0]);
    long length = arguments[0].size();
    long start = number(arguments[1]);
    long end = arguments.length == 3 ? number(arguments[2]) : length;
    if (arguments.length == 3 && start > end) {
      return new ErrorValue("invalid substring range. start: %d, end: %d".formatted(start, end));
    }
    if (start < 0 || start > length) {
      return outOfRange(start);
    }
    if (end < 0 || end > length) {
      return outOfRange(end);
    }
    int from = text.offsetByCodePoints(0, (int) start);
    return new StringValue(
        text.substring(from, text.offsetByCodePoints(from, (int) (end - start))));
  }

  private static Value join(ListValue list, String separator) {
    var joined = new StringBuilder();
    for (int i = 0; i < list.length(); i++) {
      var element = list.get(i);
      if (!(element instanceof StringValue(var text))) {
        return new ErrorValue("join: invalid input: " + element.text());
      }
      joined.append(i == 0 ? "" : separator).append(text);
      if (joined.length() > LONGEST) {
        return new ErrorValue("join: the result is too long");
      }
    }
    return new StringValue(joined.toString());
  }

  private static String quote(String text) {
    var quoted = new StringBuilder(text.length() + 2).append('"');
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case 0x07 -> quoted.append("\\a");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case 0x0b -> quoted.append("\\v");
                case '\\' -> quoted.append("\\\\");
                case '"' -> quoted.append("\\\"");
                default -> quoted.appendCodePoint(c);
              }
            });
    return quoted.append('"').toString();
  }
}

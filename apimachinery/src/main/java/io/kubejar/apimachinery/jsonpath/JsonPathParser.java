package io.kubejar.apimachinery.jsonpath;

import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads paths from left to right.
final class JsonPathParser {
  private static final Pattern QUOTED_KEY = Pattern.compile("'([^']*)'");
  private static final Pattern PLACES = Pattern.compile("(-?\\d*)(:-?\\d*)?(:-?\\d*)?");
  private static final Pattern COMPARISON = Pattern.compile("([^!<>=]+)([!<>=]+)(.+?)");
  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(\\.\\d+)?");
  private static final List<String> OPERATORS = List.of("==", "!=", "<", "<=", ">", ">=");
  private static final String ENDS_FIELD = " \t\r\n.,[]$@{}";

  private final String text;
  private final List<Step> steps = new ArrayList<>();
  private int at;

  JsonPathParser(String text) {
    this.text = text;
  }

  JsonPath parse() {
    while (at < text.length()) {
      step();
    }
    return new JsonPath(steps);
  }

  private void step() {
    if (text.startsWith("[?(", at)) {
      filter();
    } else if (text.startsWith("..", at)) {
      inside();
    } else {
      char next = text.charAt(at);
      switch (next) {
        case ' ', '@', '$' -> at++;
        case '[' -> brackets();
        case '.' -> {
          at++;
          field();
        }
        default -> throw refused("unrecognized character in action: '" + next + "'");
      }
    }
  }

  private void inside() {
    if (!steps.isEmpty() && steps.getLast() instanceof Step.Inside) {
      throw refused("invalid multiple recursive descent");
    }
    at += 2;
    steps.add(new Step.Inside());
    if (at < text.length() && ENDS_FIELD.indexOf(text.charAt(at)) < 0) {
      field();
    }
  }

  private void field() {
    var name = new StringBuilder();
    boolean escaped = false;
    for (; at < text.length(); at++) {
      char next = text.charAt(at);
      if (!escaped && next == '\\') {
        escaped = true;
        continue;
      }
      if (!escaped && ENDS_FIELD.indexOf(next) >= 0) {
        break;
      }
      escaped = false;
      name.append(next);
    }
    if (name.toString().equals("*")) {
      steps.add(new Step.All());
    } else if (!name.isEmpty()) {
      steps.add(new Step.Field(name.toString()));
    }
  }

  private void brackets() {
    int end = text.indexOf(']', at);
    if (end < 0) {
      throw refused("unterminated array");
    }
    var inside = text.substring(at + 1, end);
    at = end + 1;
    var parts = inside.split(",", -1);
    if (parts.length > 1) {
      var ways = new ArrayList<JsonPath>();
      for (var part : parts) {
        ways.add(JsonPath.parse("[" + part.strip() + "]"));
      }
      steps.add(new Step.Either(ways));
      return;
    }
    var key = QUOTED_KEY.matcher(inside);
    if (key.matches()) {
      steps.addAll(JsonPath.parse("." + key.group(1)).steps());
      return;
    }
    steps.add(places(inside));
  }

  private static Step places(String inside) {
    if (inside.equals("*")) {
      return new Step.Items(0, 0, 1, false, true);
    }
    var places = PLACES.matcher(inside);
    if (!places.matches() || inside.isEmpty()) {
      throw refused("invalid array index " + inside);
    }
    var to = places.group(2);
    int by = number(places.group(3), 1);
    if (by < 1) {
      throw refused("step must be > 0");
    }
    boolean single = to == null;
    boolean toEnd = to == null || to.equals(":");
    return new Step.Items(number(places.group(1), 0), number(to, 0), by, single, toEnd);
  }

  private static int number(@Nullable String text, int otherwise) {
    var digits = text == null ? "" : text.replace(":", "");
    try {
      return digits.isEmpty() ? otherwise : Integer.parseInt(digits);
    } catch (NumberFormatException _) {
      throw refused("array index " + digits + " is not a number");
    }
  }

  private void filter() {
    int start = at + 3;
    int end = endOfFilter(start);
    var inside = text.substring(start, end);
    at = end + 2;
    var comparison = COMPARISON.matcher(inside);
    if (!comparison.matches()) {
      var nothing = new Step.Operand.Literal(JsonNull.NULL);
      steps.add(new Step.Matching(operand(inside), "exists", nothing));
      return;
    }
    var operator = comparison.group(2);
    if (!OPERATORS.contains(operator)) {
      throw refused("unrecognized filter operator " + operator);
    }
    steps.add(
        new Step.Matching(operand(comparison.group(1)), operator, operand(comparison.group(3))));
  }

  /// Where the `)` is that ends the condition and stands outside quotes.
  private int endOfFilter(int start) {
    char quote = 0;
    for (int i = start; i < text.length(); i++) {
      char next = text.charAt(i);
      if (quote != 0) {
        if (next == quote && text.charAt(i - 1) != '\\') {
          quote = 0;
        }
      } else if (next == '"' || next == '\'') {
        quote = next;
      } else if (next == ')') {
        if (text.startsWith("]", i + 1)) {
          return i;
        }
        throw refused("unclosed array expect ]");
      }
    }
    throw refused("unterminated filter");
  }

  private static Step.Operand operand(String written) {
    var side = written.strip();
    boolean quoted = side.length() > 1 && (side.startsWith("\"") || side.startsWith("'"));
    if (quoted && side.charAt(0) == side.charAt(side.length() - 1)) {
      var content = side.substring(1, side.length() - 1).replace("\\\"", "\"").replace("\\'", "'");
      return new Step.Operand.Literal(new JsonString(content));
    }
    if (side.equals("true") || side.equals("false")) {
      return new Step.Operand.Literal(JsonBoolean.of(side.equals("true")));
    }
    if (NUMBER.matcher(side).matches()) {
      var unsigned = side.startsWith("+") ? side.substring(1) : side;
      return new Step.Operand.Literal(new JsonNumber(unsigned));
    }
    return new Step.Operand.Path(JsonPath.parse(side));
  }

  private static JsonPathFormatException refused(String why) {
    return new JsonPathFormatException(why);
  }
}

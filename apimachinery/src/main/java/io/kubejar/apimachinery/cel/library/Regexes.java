package io.kubejar.apimachinery.cel.library;

import static dev.cel.common.types.SimpleType.INT;
import static dev.cel.common.types.SimpleType.STRING;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.types.ListType;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.PlainList;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.ArrayList;
import java.util.List;

/// `find` and `findAll`.
public final class Regexes {
  private Regexes() {}

  public static Library library() {
    var texts = ListType.create(STRING);
    return Library.of(
        Function.of(
            "find",
            Overload.member("string_find_string", STRING, List.of(STRING, STRING), Regexes::find)),
        Function.of(
            "findAll",
            Overload.member(
                "string_find_all_string", texts, List.of(STRING, STRING), a -> findAll(a, -1)),
            Overload.member(
                "string_find_all_string_int",
                texts,
                List.of(STRING, STRING, INT),
                a -> findAll(a, ((IntValue) a[2]).value()))));
  }

  /// The pattern's fault in the words of Go.
  public static String problem(PatternSyntaxException e) {
    return e.getPattern() == null || e.getPattern().isEmpty()
        ? "error parsing regexp: " + e.getDescription()
        : "error parsing regexp: " + e.getDescription() + ": `" + e.getPattern() + "`";
  }

  private static Value find(Value[] arguments) {
    try {
      var matcher = Pattern.compile(text(arguments[1])).matcher(text(arguments[0]));
      return matcher.find() ? new StringValue(matcher.group()) : StringValue.EMPTY;
    } catch (PatternSyntaxException e) {
      return new ErrorValue("Illegal regex: " + problem(e));
    }
  }

  private static Value findAll(Value[] arguments, long most) {
    try {
      var matcher = Pattern.compile(text(arguments[1])).matcher(text(arguments[0]));
      var found = new ArrayList<String>();
      while ((most < 0 || found.size() < most) && matcher.find()) {
        found.add(matcher.group());
      }
      return PlainList.ofTexts(found);
    } catch (PatternSyntaxException e) {
      return new ErrorValue("Illegal regex: " + problem(e));
    }
  }

  private static String text(Value value) {
    return ((StringValue) value).value();
  }
}

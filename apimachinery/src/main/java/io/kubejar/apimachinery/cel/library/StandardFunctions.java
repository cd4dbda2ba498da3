package io.kubejar.apimachinery.cel.library;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.BytesValue;
import io.kubejar.apimachinery.cel.value.Equality;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.ListValue;
import io.kubejar.apimachinery.cel.value.MapValue;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.TypeValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The language's own functions, except the logical ones, which decide what is evaluated at all.
final class StandardFunctions {
  private static final Map<String, Overload.Body> BODIES = bodies();

  private StandardFunctions() {}

  /// What this function does, null if there is none of this name.
  static Overload.@Nullable Body find(String function) {
    return BODIES.get(function);
  }

  private static Map<String, Overload.Body> bodies() {
    var bodies = new HashMap<String, Overload.Body>();
    bodies.put("_+_", a -> Arithmetic.add(a[0], a[1]));
    bodies.put("_-_", a -> Arithmetic.subtract(a[0], a[1]));
    bodies.put("_*_", a -> Arithmetic.multiply(a[0], a[1]));
    bodies.put("_/_", a -> Arithmetic.divide(a[0], a[1]));
    bodies.put("_%_", a -> Arithmetic.remainder(a[0], a[1]));
    bodies.put("-_", a -> Arithmetic.negate(a[0]));
    bodies.put("_==_", a -> Equality.equal(a[0], a[1]));
    bodies.put("_!=_", a -> not(Equality.equal(a[0], a[1])));
    bodies.put("_<_", a -> ordered(a, order -> order < 0));
    bodies.put("_<=_", a -> ordered(a, order -> order <= 0));
    bodies.put("_>_", a -> ordered(a, order -> order > 0));
    bodies.put("_>=_", a -> ordered(a, order -> order >= 0));
    bodies.put("!_", a -> not(a[0]));
    bodies.put("@in", a -> isIn(a[0], a[1]));
    bodies.put("size", a -> size(a[0]));
    bodies.put("contains", a -> onTexts(a, String::contains));
    bodies.put("startsWith", a -> onTexts(a, String::startsWith));
    bodies.put("endsWith", a -> onTexts(a, String::endsWith));
    bodies.put("matches", a -> matches(a[0], a[1]));
    bodies.put("type", a -> new TypeValue(a[0].typeName()));
    bodies.put("dyn", a -> a[0]);
    Conversions.addTo(bodies);
    Times.addTo(bodies);
    return Map.copyOf(bodies);
  }

  private static Value not(Value value) {
    return switch (value) {
      case BoolValue(boolean is) -> BoolValue.of(!is);
      case ErrorValue error -> error;
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  private static Value ordered(Value[] arguments, IntPredicate wanted) {
    var order = Equality.compare(arguments[0], arguments[1]);
    if (order != null) {
      return BoolValue.of(wanted.test(order));
    }
    return Arithmetic.isNotANumber(arguments[0]) || Arithmetic.isNotANumber(arguments[1])
        ? new ErrorValue("NaN values cannot be ordered")
        : ErrorValue.NO_SUCH_OVERLOAD;
  }

  /// Whether an element of the list equals the value, or the map has the key.
  private static Value isIn(Value value, Value container) {
    return switch (container) {
      case ListValue list -> isIn(value, list);
      case MapValue map -> {
        var found = map.find(value);
        yield found instanceof ErrorValue ? found : BoolValue.of(found != null);
      }
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  private static Value isIn(Value value, ListValue list) {
    Value outcome = BoolValue.FALSE;
    for (int i = 0; i < list.length(); i++) {
      var same = Equality.equal(list.get(i), value);
      if (BoolValue.isTrue(same)) {
        return same;
      }
      if (same instanceof ErrorValue) {
        outcome = same;
      }
    }
    return outcome;
  }

  private static Value size(Value value) {
    return switch (value) {
      case StringValue _, BytesValue _, ListValue _, MapValue _ -> new IntValue(value.size());
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  private interface TextTest {
    boolean test(String text, String part);
  }

  private static Value onTexts(Value[] arguments, TextTest test) {
    return arguments[0] instanceof StringValue(var text)
            && arguments[1] instanceof StringValue(var part)
        ? BoolValue.of(test.test(text, part))
        : ErrorValue.NO_SUCH_OVERLOAD;
  }

  private static Value matches(Value text, Value pattern) {
    if (!(text instanceof StringValue(var input)) || !(pattern instanceof StringValue(var regex))) {
      return ErrorValue.NO_SUCH_OVERLOAD;
    }
    try {
      return BoolValue.of(Pattern.compile(regex).matcher(input).find());
    } catch (PatternSyntaxException e) {
      return new ErrorValue(Regexes.problem(e));
    }
  }
}

package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.validation.FieldPath;
import org.jspecify.annotations.Nullable;

/// Bounds of numbers.
///
/// A bound that the type cannot hold, such as 1.5 for an integer, is an error of every value: so
/// does upstream.
///
/// @param type `integer`, `number`, or empty if the type is not known for sure
/// @param format of that type, or empty
record NumberChecks(String type, String format, ValueValidation validation) {
  private static final double LARGEST_WHOLE = (1L << 53) - 1;
  private static final double EPSILON = 1e-9;

  static NumberChecks of(StructuralSchema schema, String format) {
    var type = schema.extensions().intOrString() ? "" : schema.type();
    boolean numeric = type.equals("integer") || type.equals("number");
    return new NumberChecks(numeric ? type : "", numeric ? format : "", schema.validation());
  }

  void check(JsonNumber number, FieldPath path, Violations found) {
    found.match(2); // It applies, and it has looked.
    if (!fits(number.doubleValue(), number)) {
      misfit("Checked", path, found);
    }
    var factor = validation.multipleOf();
    if (factor != null) {
      multiple(number, factor, bound("MultipleOf", factor, path, found), path, found);
    }
    var minimum = validation.minimum();
    if (minimum != null) {
      boolean asWritten = bound("Minimum boundary", minimum, path, found);
      boolean exclusive = validation.exclusiveMinimum();
      if (!isOrdered(minimum, number, asWritten, exclusive, false)) {
        var than = exclusive ? "greater than " : "greater than or equal to ";
        found.invalid(
            path,
            shown(number, asWritten),
            "should be " + than + shown(minimum, number, asWritten));
      }
    }
    var maximum = validation.maximum();
    if (maximum != null) {
      boolean asWritten = bound("Maximum boundary", maximum, path, found);
      boolean exclusive = validation.exclusiveMaximum();
      if (!isOrdered(maximum, number, asWritten, exclusive, true)) {
        var than = exclusive ? "less than " : "less than or equal to ";
        found.invalid(
            path,
            shown(number, asWritten),
            "should be " + than + shown(maximum, number, asWritten));
      }
    }
  }

  /// Whether the number is on the right side of the bound.
  private static boolean isOrdered(
      double bound, JsonNumber number, boolean asWritten, boolean exclusive, boolean above) {
    int order =
        asWritten && number.isLong()
            ? Long.compare((long) bound, number.longValue())
            : Double.compare(bound, number.doubleValue());
    int side = above ? order : -order;
    return exclusive ? side > 0 : side >= 0;
  }

  private static void multiple(
      JsonNumber number, double factor, boolean asWritten, FieldPath path, Violations found) {
    boolean whole = asWritten && number.isLong();
    var shownFactor = whole ? Long.toString((long) factor) : GoText.floating(factor);
    if (whole ? (long) factor <= 0 : factor <= 0) {
      found.message(
          path,
          whole ? (Object) (long) factor : (Object) factor,
          "factor MultipleOf declared for "
              + Violations.text(path)
              + " must be positive: "
              + shownFactor);
      return;
    }
    boolean isMultiple =
        whole
            ? number.longValue() % (long) factor == 0
            : isWhole(
                factor < 1 ? 1 / factor * number.doubleValue() : number.doubleValue() / factor);
    if (!isMultiple) {
      found.invalid(path, shown(number, asWritten), "should be a multiple of " + shownFactor);
    }
  }

  private static Object shown(JsonNumber number, boolean asWritten) {
    return asWritten && number.isLong() ? number.longValue() : (Object) number.doubleValue();
  }

  private static String shown(double bound, JsonNumber number, boolean asWritten) {
    return asWritten && number.isLong() ? Long.toString((long) bound) : GoText.floating(bound);
  }

  /// Whether the bound is one that the type can hold; compared as a fraction otherwise.
  private boolean bound(String what, double bound, FieldPath path, Violations found) {
    if (fits(bound, null)) {
      return true;
    }
    misfit(what, path, found);
    return false;
  }

  private void misfit(String what, FieldPath path, Violations found) {
    var of = format.isEmpty() ? " (default format)" : " with format " + format;
    found.general(what + " value must be of type " + type + of + " in " + Violations.text(path));
  }

  private boolean fits(double value, @Nullable JsonNumber exact) {
    if (type.equals("integer")) {
      boolean isLong =
          (exact != null && exact.isLong())
              || (value == Math.rint(value) && Math.abs(value) < 0x1p63);
      return isLong
          && (!format.equals("int32")
              || (value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE));
    }
    return !format.equals("float") || !Float.isInfinite((float) value);
  }

  /// Whether a number has no fraction, give or take what computing loses.
  static boolean isWhole(double value) {
    if (Double.isNaN(value) || Math.abs(value) > LARGEST_WHOLE) {
      return false;
    }
    double nearest = Math.rint(value);
    if (value == nearest) {
      return true;
    }
    double below = (double) (long) value;
    double difference = Math.abs(value - below);
    return below != 0 && difference / (Math.abs(value) + Math.abs(below)) < EPSILON;
  }
}

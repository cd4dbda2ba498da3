package io.kubejar.apimachinery.cel.library;

import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.INT;
import static dev.cel.common.types.SimpleType.STRING;

import dev.cel.common.types.CelType;
import dev.cel.common.types.StructTypeReference;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.OpaqueValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Semantic versions: `semver('1.2.3-rc.1')`.
public final class Semvers {
  private static final String NAME = "kubernetes.Semver";
  private static final CelType TYPE = StructTypeReference.create(NAME);
  private static final List<CelType> ONE = List.of(TYPE);
  private static final List<CelType> TWO = List.of(TYPE, TYPE);
  private static final Pattern SYNTAX =
      Pattern.compile(
          "(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)"
              + "(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?");
  private static final Pattern LEADING_ZERO = Pattern.compile("0\\d+");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private Semvers() {}

  /// Equal if the order says so: the build's name does not count.
  private record Version(long major, long minor, long patch, List<String> before, String build)
      implements OpaqueValue, Comparable<Version> {
    @Override
    public String typeName() {
      return NAME;
    }

    @Override
    public int compareTo(Version other) {
      int order = Long.compareUnsigned(major, other.major);
      order = order != 0 ? order : Long.compareUnsigned(minor, other.minor);
      order = order != 0 ? order : Long.compareUnsigned(patch, other.patch);
      return order != 0 ? Integer.signum(order) : compareBefore(other);
    }

    private int compareBefore(Version other) {
      if (before.isEmpty() || other.before.isEmpty()) {
        return Boolean.compare(before.isEmpty(), other.before.isEmpty());
      }
      int shared = Math.min(before.size(), other.before.size());
      for (int i = 0; i < shared; i++) {
        int order = comparePart(before.get(i), other.before.get(i));
        if (order != 0) {
          return order;
        }
      }
      return Integer.compare(before.size(), other.before.size());
    }

    private static int comparePart(String a, String b) {
      boolean isNumber = NUMBER.matcher(a).matches();
      boolean otherIsNumber = NUMBER.matcher(b).matches();
      if (isNumber && otherIsNumber) {
        return a.length() != b.length()
            ? Integer.compare(a.length(), b.length())
            : Integer.signum(a.compareTo(b));
      }
      return isNumber != otherIsNumber
          ? Boolean.compare(otherIsNumber, isNumber)
          : Integer.signum(a.compareTo(b));
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Version that && compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(major * 31 + minor * 7 + patch);
    }

    @Override
    public String toString() {
      var suffix = before.isEmpty() ? "" : "-" + String.join(".", before);
      return major + "." + minor + "." + patch + suffix + (build.isEmpty() ? "" : "+" + build);
    }
  }

  public static Library library() {
    return Library.of(
        Function.of(
            "semver",
            Overload.global(
                "string_to_semver", TYPE, List.of(STRING), a -> parse(Texts.text(a[0]))),
            Overload.global(
                "string_bool_to_semver", TYPE, List.of(STRING, BOOL), Semvers::parseNormalized)),
        Function.of(
            "isSemver",
            Overload.global(
                "is_semver_string", BOOL, List.of(STRING), a -> isOne(parse(Texts.text(a[0])))),
            Overload.global(
                "is_semver_string_bool",
                BOOL,
                List.of(STRING, BOOL),
                a -> isOne(parseNormalized(a)))),
        Function.of(
            "isGreaterThan",
            Overload.member("semver_is_greater_than", BOOL, TWO, a -> BoolValue.of(order(a) > 0))),
        Function.of(
            "isLessThan",
            Overload.member("semver_is_less_than", BOOL, TWO, a -> BoolValue.of(order(a) < 0))),
        Function.of(
            "compareTo",
            Overload.member("semver_compare_to", INT, TWO, a -> new IntValue(order(a)))),
        Function.of(
            "major",
            Overload.member("semver_major", INT, ONE, a -> new IntValue(version(a[0]).major()))),
        Function.of(
            "minor",
            Overload.member("semver_minor", INT, ONE, a -> new IntValue(version(a[0]).minor()))),
        Function.of(
            "patch",
            Overload.member("semver_patch", INT, ONE, a -> new IntValue(version(a[0]).patch()))));
  }

  private static Version version(Value value) {
    return (Version) value;
  }

  private static int order(Value[] arguments) {
    return version(arguments[0]).compareTo(version(arguments[1]));
  }

  private static Value isOne(Value parsed) {
    return BoolValue.of(parsed instanceof Version);
  }

  private static Value parse(String text) {
    if (text.isEmpty()) {
      return new ErrorValue("Version string empty");
    }
    if (text.split("\\.", 3).length != 3) {
      return new ErrorValue("No Major.Minor.Patch elements found");
    }
    var syntax = SYNTAX.matcher(text);
    if (!syntax.matches()) {
      return new ErrorValue("Invalid character(s) found in version \"" + text + "\"");
    }
    List<String> before =
        syntax.group(4) == null ? List.of() : List.of(syntax.group(4).split("\\.", -1));
    if (before.stream().anyMatch(part -> LEADING_ZERO.matcher(part).matches())) {
      return new ErrorValue(
          "Numeric PreRelease version must not contain leading zeroes \"" + text + "\"");
    }
    try {
      return new Version(
          Long.parseLong(syntax.group(1)),
          Long.parseLong(syntax.group(2)),
          Long.parseLong(syntax.group(3)),
          before,
          syntax.group(5) == null ? "" : syntax.group(5));
    } catch (NumberFormatException _) {
      return new ErrorValue("strconv.ParseUint: parsing \"" + text + "\": value out of range");
    }
  }

  /// Drops a leading `v` and leading zeros and adds what is missing, if the second argument says
  /// so.
  private static Value parseNormalized(Value[] arguments) {
    var text = Texts.text(arguments[0]);
    if (!BoolValue.isTrue(arguments[1])) {
      return parse(text);
    }
    var parts = new ArrayList<String>();
    for (var part : (text.startsWith("v") ? text.substring(1) : text).split("\\.", 3)) {
      parts.add(LEADING_ZERO.matcher(part).lookingAt() ? withoutZeros(part) : part);
    }
    var last = parts.getLast();
    if (parts.size() < 3 && (last.contains("+") || last.contains("-"))) {
      return new ErrorValue("short version cannot contain PreRelease/Build meta data");
    }
    while (parts.size() < 3) {
      parts.add("0");
    }
    return parse(String.join(".", parts));
  }

  private static String withoutZeros(String part) {
    int start = 0;
    while (start < part.length() - 1
        && part.charAt(start) == '0'
        && Character.isDigit(part.charAt(start + 1))) {
      start++;
    }
    return part.substring(start);
  }
}

package io.kubejar.apimachinery.schedule;

import static io.kubejar.apimachinery.GoText.quoted;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// One of the fields of a schedule, and the values that it may have.
///
/// @param names words for the values from the lowest on
record CronField(int lowest, int highest, List<String> names) {
  static final CronField MINUTE = new CronField(0, 59, List.of());
  static final CronField HOUR = new CronField(0, 23, List.of());
  static final CronField DAY = new CronField(1, 31, List.of());
  static final CronField MONTH =
      new CronField(
          1,
          12,
          List.of(
              "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"));
  static final CronField WEEKDAY =
      new CronField(0, 6, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat"));

  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+");
  private static final int LONGEST_NUMBER = 9;

  /// The values that a field names.
  ///
  /// @param bits one per value
  /// @param any whether it names them by a star: then it leaves the choice of the day to the other
  ///   of the two fields about days
  record Values(long bits, boolean any) {
    boolean has(int value) {
      return (bits & (1L << value)) != 0;
    }
  }

  /// Reads a list of ranges, such as `*/15`, `mon-fri` or `1,10-20/2`. What stands between two
  /// commas may be nothing.
  ///
  /// @throws ScheduleFormatException if one of them is wrong
  Values parse(String list) {
    long bits = 0;
    boolean any = false;
    for (var range : list.split(",", -1)) {
      if (!range.isEmpty()) {
        var values = range(range);
        bits |= values.bits();
        any |= values.any();
      }
    }
    return new Values(bits, any);
  }

  private Values range(String text) {
    var parts = text.split("/", -1);
    var ends = parts[0].split("-", -1);
    boolean star = ends[0].equals("*") || ends[0].equals("?");
    if (!star && ends.length > 2) {
      throw new ScheduleFormatException("too many hyphens: " + text);
    }
    int first = star ? lowest : value(ends[0]);
    int last = star ? highest : value(ends[ends.length - 1]);
    if (parts.length > 2) {
      throw new ScheduleFormatException("too many slashes: " + text);
    }
    int step = parts.length == 2 ? number(parts[1]) : 1;
    if (parts.length == 2 && ends.length == 1) {
      last = highest; // `5/10` means from five on.
    }
    check(first, last, step, text);
    long bits = 0;
    for (int value = first; value <= last; value += step) {
      bits |= 1L << value;
    }
    return new Values(bits, star && step == 1);
  }

  private void check(int first, int last, int step, String text) {
    var problem =
        first < lowest
            ? "beginning of range (" + first + ") below minimum (" + lowest + ")"
            : last > highest
                ? "end of range (" + last + ") above maximum (" + highest + ")"
                : first > last
                    ? "beginning of range (" + first + ") beyond end of range (" + last + ")"
                    : step == 0 ? "step of range should be a positive number" : "";
    if (!problem.isEmpty()) {
      throw new ScheduleFormatException(problem + ": " + text);
    }
  }

  private int value(String text) {
    return named(text).orElseGet(() -> number(text));
  }

  private Optional<Integer> named(String text) {
    int index = names.indexOf(text.toLowerCase(Locale.ROOT));
    return index < 0 ? Optional.empty() : Optional.of(lowest + index);
  }

  private static int number(String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw new ScheduleFormatException(
          "failed to parse int from "
              + text
              + ": strconv.Atoi: parsing "
              + quoted(text)
              + ": invalid syntax");
    }
    // What is longer is above every maximum, so need not be known.
    int number = text.length() > LONGEST_NUMBER ? Integer.MAX_VALUE / 2 : Integer.parseInt(text);
    if (number < 0) {
      throw new ScheduleFormatException("negative number (" + number + ") not allowed: " + text);
    }
    return number;
  }
}

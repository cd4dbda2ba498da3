package io.kubejar.apiserver.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Indexes of pods as a text of ascending intervals, such as `1,3-5,7`.
///
/// @param intervals those up to the first one that is wrong
/// @param problem what is wrong, in upstream's words
record JobIndexes(List<Interval> intervals, Optional<String> problem) {

  /// From the first index to the last one, both inclusive.
  record Interval(int first, int last) {}

  JobIndexes {
    intervals = List.copyOf(intervals);
  }

  /// How many indexes there are; none if something is wrong.
  int total() {
    return problem.isPresent()
        ? 0
        : intervals.stream().mapToInt(each -> each.last() - each.first() + 1).sum();
  }

  /// @param completions all indexes are below it
  static JobIndexes parse(String text, int completions) {
    var intervals = new ArrayList<Interval>();
    if (text.isEmpty()) {
      return new JobIndexes(intervals, Optional.empty());
    }
    for (var part : text.split(",", -1)) {
      var limits = part.split("-", -1);
      var problem = problem(part, limits, completions);
      if (problem.isPresent()) {
        return new JobIndexes(intervals, problem);
      }
      int first = Integer.parseInt(limits[0]);
      if (!intervals.isEmpty() && intervals.getLast().last() >= first) {
        return new JobIndexes(
            intervals, Optional.of(notIncreasing(intervals.getLast().last(), first)));
      }
      intervals.add(new Interval(first, Integer.parseInt(limits[limits.length - 1])));
    }
    return new JobIndexes(intervals, Optional.empty());
  }

  private static Optional<String> problem(String part, String[] limits, int completions) {
    if (limits.length > 2) {
      return Optional.of(
          "the fragment \""
              + part
              + "\" violates the requirement that an index interval can have at most two parts"
              + " separated by '-'");
    }
    for (var limit : limits) {
      var number = number(limit);
      if (number.isEmpty()) {
        return Optional.of("cannot convert string to integer for index: \"" + limit + "\"");
      }
      if (number.getAsInt() >= completions) {
        return Optional.of("too large index: \"" + limit + "\"");
      }
    }
    int first = Integer.parseInt(limits[0]);
    int last = Integer.parseInt(limits[limits.length - 1]);
    return limits.length > 1 && first >= last
        ? Optional.of(notIncreasing(first, last))
        : Optional.empty();
  }

  private static String notIncreasing(int previous, int current) {
    return "non-increasing order, previous: " + previous + ", current: " + current;
  }

  private static OptionalInt number(String text) {
    try {
      return OptionalInt.of(Integer.parseInt(text));
    } catch (NumberFormatException _) {
      return OptionalInt.empty();
    }
  }

  /// The first index that is in both; empty if there is none.
  OptionalInt common(JobIndexes other) {
    int mine = 0;
    int theirs = 0;
    while (mine < intervals.size() && theirs < other.intervals.size()) {
      var one = intervals.get(mine);
      var two = other.intervals.get(theirs);
      if (one.first() <= two.last() && two.first() <= one.last()) {
        return OptionalInt.of(Math.max(one.first(), two.first()));
      }
      if (one.first() <= two.first()) {
        mine++;
      } else {
        theirs++;
      }
    }
    return OptionalInt.empty();
  }
}

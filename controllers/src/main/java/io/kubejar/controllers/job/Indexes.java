package io.kubejar.controllers.job;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;

/// Indexes of pods as ascending intervals that neither touch nor overlap: a Job of a hundred
/// thousand indexes is a few of them.
///
/// @param intervals in ascending order
record Indexes(List<Interval> intervals) {
  static final Indexes NONE = new Indexes(List.of());

  /// From the first index to the last one, both inclusive.
  record Interval(int first, int last) {
    int size() {
      return last - first + 1;
    }
  }

  Indexes {
    intervals = List.copyOf(intervals);
  }

  static Indexes of(Collection<Integer> indexes) {
    var result = new ArrayList<Interval>();
    for (int index : new TreeSet<>(indexes)) {
      append(result, new Interval(index, index));
    }
    return new Indexes(result);
  }

  /// Reads a text such as `1,3-5,7`. What is no interval is passed over: it comes from the status,
  /// where a wrong part must not keep the rest from being known.
  ///
  /// @param completions indexes from here on do not count
  static Indexes parse(String text, int completions) {
    var result = new ArrayList<Interval>();
    for (var part : text.split(",", -1)) {
      var ends = part.split("-", -1);
      var first = number(ends[0]);
      var last = number(ends[ends.length > 1 ? 1 : 0]);
      if (first.isEmpty()) {
        continue;
      }
      if (first.getAsInt() >= completions) {
        break;
      }
      if (last.isPresent()) {
        append(result, new Interval(first.getAsInt(), Math.min(last.getAsInt(), completions - 1)));
      }
    }
    return new Indexes(result);
  }

  private static OptionalInt number(String text) {
    try {
      return OptionalInt.of(Integer.parseInt(text));
    } catch (NumberFormatException _) {
      return OptionalInt.empty();
    }
  }

  /// How many indexes there are.
  int total() {
    return intervals.stream().mapToInt(Interval::size).sum();
  }

  boolean has(int index) {
    int low = 0;
    int high = intervals.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (intervals.get(middle).last() >= index) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low < intervals.size() && intervals.get(low).first() <= index;
  }

  /// Those in either of the two.
  Indexes and(Indexes other) {
    var result = new ArrayList<Interval>();
    int mine = 0;
    int theirs = 0;
    while (mine < intervals.size() || theirs < other.intervals.size()) {
      boolean next =
          theirs == other.intervals.size()
              || (mine < intervals.size()
                  && intervals.get(mine).first() < other.intervals.get(theirs).first());
      append(result, next ? intervals.get(mine++) : other.intervals.get(theirs++));
    }
    return new Indexes(result);
  }

  /// How many are in both.
  int common(Indexes other) {
    int count = 0;
    int mine = 0;
    int theirs = 0;
    while (mine < intervals.size() && theirs < other.intervals.size()) {
      var one = intervals.get(mine);
      var two = other.intervals.get(theirs);
      count +=
          Math.max(0, Math.min(one.last(), two.last()) - Math.max(one.first(), two.first()) + 1);
      if (one.last() <= two.last()) {
        mine++;
      } else {
        theirs++;
      }
    }
    return count;
  }

  /// The lowest ones that are not here.
  ///
  /// @param completions all are below it
  List<Integer> firstMissing(int count, int completions) {
    var result = new ArrayList<Integer>();
    int candidate = 0;
    for (var taken : intervals) {
      while (candidate < Math.min(taken.first(), completions) && result.size() < count) {
        result.add(candidate++);
      }
      candidate = Math.max(candidate, taken.last() + 1);
    }
    while (candidate < completions && result.size() < count) {
      result.add(candidate++);
    }
    return result;
  }

  /// As the status shows them, such as `1,3-5,7`; two neighbours are `1,2`.
  String text() {
    var text = new StringBuilder();
    for (var interval : intervals) {
      if (!text.isEmpty()) {
        text.append(',');
      }
      text.append(interval.first());
      if (interval.size() > 1) {
        text.append(interval.size() == 2 ? ',' : '-').append(interval.last());
      }
    }
    return text.toString();
  }

  private static void append(List<Interval> intervals, Interval next) {
    if (intervals.isEmpty() || next.first() > intervals.getLast().last() + 1) {
      intervals.add(next);
    } else if (next.last() > intervals.getLast().last()) {
      intervals.set(intervals.size() - 1, new Interval(intervals.getLast().first(), next.last()));
    }
  }
}

package io.kubejar.apiserver.validation;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The text of a CronJob's schedule: five fields, or a word such as `@hourly`.
final class CronSchedule {
  private static final Set<String> WORDS =
      Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  private record Field(int low, int high, List<String> names) {}

  private static final List<Field> FIELDS =
      List.of(
          new Field(0, 59, List.of()),
          new Field(0, 23, List.of()),
          new Field(1, 31, List.of()),
          new Field(1, 12, MONTHS),
          new Field(0, 6, DAYS));

  private CronSchedule() {}

  /// What is wrong with it, if anything.
  static Optional<String> problem(String schedule) {
    if (schedule.startsWith("@")) {
      boolean known = WORDS.contains(schedule) || schedule.startsWith("@every ");
      return known ? Optional.empty() : Optional.of("unrecognized descriptor: " + schedule);
    }
    var parts = schedule.strip().split("\\s+", -1);
    if (parts.length != FIELDS.size()) {
      return Optional.of(
          "expected exactly 5 fields, found "
              + parts.length
              + ": ["
              + String.join(" ", parts)
              + "]");
    }
    for (int i = 0; i < parts.length; i++) {
      for (var range : parts[i].split(",", -1)) {
        var problem = range(range, FIELDS.get(i));
        if (problem.isPresent()) {
          return problem;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> range(String text, Field field) {
    var step = text.split("/", -1);
    var ends = step[0].split("-", -1);
    if (step.length > 2) {
      return Optional.of("too many slashes: " + text);
    }
    if (ends.length > 2) {
      return Optional.of("too many hyphens: " + text);
    }
    if (step.length == 2 && (number(step[1]) <= 0)) {
      return Optional.of("step of range should be a positive number: " + text);
    }
    if (step[0].equals("*") || step[0].equals("?")) {
      return Optional.empty();
    }
    int low = value(ends[0], field);
    int high = ends.length == 2 ? value(ends[1], field) : low;
    if (low < 0 || high < 0) {
      return Optional.of("failed to parse int from " + text);
    }
    if (low < field.low()) {
      return Optional.of(
          "beginning of range (" + low + ") below minimum (" + field.low() + "): " + text);
    }
    if (high > field.high()) {
      return Optional.of(
          "end of range (" + high + ") above maximum (" + field.high() + "): " + text);
    }
    if (low > high) {
      return Optional.of(
          "beginning of range (" + low + ") beyond end of range (" + high + "): " + text);
    }
    return Optional.empty();
  }

  private static int value(String text, Field field) {
    int name = field.names().indexOf(text.toLowerCase(Locale.ROOT));
    return name >= 0 ? name + field.low() : number(text);
  }

  private static int number(String text) {
    boolean digits =
        !text.isEmpty() && text.length() < 6 && text.chars().allMatch(Character::isDigit);
    return digits ? Integer.parseInt(text) : -1;
  }
}

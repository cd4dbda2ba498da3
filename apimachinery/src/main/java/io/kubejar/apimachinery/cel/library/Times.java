package io.kubejar.apimachinery.cel.library;

import io.kubejar.apimachinery.cel.value.DurationValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.TimestampValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;

/// The parts of timestamps, in UTC unless a zone is named, and the lengths of durations.
final class Times {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final Pattern OFFSET = Pattern.compile("([-+]?)(\\d{1,2}):(\\d{2})");

  private Times() {}

  static void addTo(Map<String, Overload.Body> bodies) {
    bodies.put("getFullYear", a -> part(a, ZonedDateTime::getYear));
    bodies.put("getMonth", a -> part(a, time -> time.getMonthValue() - 1L));
    bodies.put("getDayOfYear", a -> part(a, time -> time.getDayOfYear() - 1L));
    bodies.put("getDayOfMonth", a -> part(a, time -> time.getDayOfMonth() - 1L));
    bodies.put("getDate", a -> part(a, ZonedDateTime::getDayOfMonth));
    bodies.put("getDayOfWeek", a -> part(a, time -> time.getDayOfWeek().getValue() % 7));
    bodies.put("getHours", a -> either(a, 3600 * NANOS_PER_SECOND, ZonedDateTime::getHour));
    bodies.put("getMinutes", a -> either(a, 60 * NANOS_PER_SECOND, ZonedDateTime::getMinute));
    bodies.put("getSeconds", a -> either(a, NANOS_PER_SECOND, ZonedDateTime::getSecond));
    bodies.put(
        "getMilliseconds",
        a -> either(a, NANOS_PER_MILLI, time -> time.getNano() / NANOS_PER_MILLI));
  }

  /// How many units a duration has in all, or what a timestamp shows of them.
  private static Value either(
      Value[] arguments, long nanosPerUnit, ToLongFunction<ZonedDateTime> part) {
    return arguments[0] instanceof DurationValue(long nanos) && arguments.length == 1
        ? new IntValue(nanos / nanosPerUnit)
        : part(arguments, part);
  }

  private static Value part(Value[] arguments, ToLongFunction<ZonedDateTime> part) {
    if (!(arguments[0] instanceof TimestampValue(var instant))) {
      return ErrorValue.NO_SUCH_OVERLOAD;
    }
    if (arguments.length == 1) {
      return new IntValue(part.applyAsLong(instant.atZone(ZoneOffset.UTC)));
    }
    if (!(arguments[1] instanceof StringValue(var zone))) {
      return ErrorValue.NO_SUCH_OVERLOAD;
    }
    try {
      return new IntValue(part.applyAsLong(instant.atZone(zone(zone))));
    } catch (DateTimeException _) {
      return new ErrorValue("unknown time zone " + zone);
    }
  }

  private static ZoneId zone(String name) {
    var offset = OFFSET.matcher(name);
    if (!offset.matches()) {
      return name.isEmpty() ? ZoneOffset.UTC : ZoneId.of(name);
    }
    int minutes = Integer.parseInt(offset.group(2)) * 60 + Integer.parseInt(offset.group(3));
    return ZoneOffset.ofTotalSeconds((offset.group(1).equals("-") ? -minutes : minutes) * 60);
  }
}

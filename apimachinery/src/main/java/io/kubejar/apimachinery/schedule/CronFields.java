package io.kubejar.apimachinery.schedule;

import io.kubejar.apimachinery.schedule.CronField.Values;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Five fields that the clock on a wall has to match, in one time zone.
///
/// Where a clock is put forward, times that it jumps over do not happen that day; where it is put
/// back, times that it shows twice happen twice. So it is upstream.
record CronFields(
    Values minutes, Values hours, Values days, Values months, Values weekdays, ZoneId zone)
    implements Schedule {
  private static final int FIELDS = 5;
  private static final int YEARS_MAX = 5;
  private static final int DAYS_OF_WEEK = 7;
  private static final Pattern SPACE = Pattern.compile("\\s+");

  static CronFields parse(String text, ZoneId zone) {
    var stripped = text.strip();
    var fields = stripped.isEmpty() ? List.<String>of() : List.of(SPACE.split(stripped));
    if (fields.size() != FIELDS) {
      throw new ScheduleFormatException(
          "expected exactly %d fields, found %d: [%s]"
              .formatted(FIELDS, fields.size(), String.join(" ", fields)));
    }
    return new CronFields(
        CronField.MINUTE.parse(fields.get(0)),
        CronField.HOUR.parse(fields.get(1)),
        CronField.DAY.parse(fields.get(2)),
        CronField.MONTH.parse(fields.get(3)),
        CronField.WEEKDAY.parse(fields.get(4)),
        zone);
  }

  @Override
  public Optional<Instant> next(Instant after) {
    var time = after.atZone(zone).truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    if (time.getSecond() != 0) {
      time = time.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
    }
    int lastYear = time.getYear() + YEARS_MAX;
    while (time.getYear() <= lastYear) {
      var later = later(time);
      if (later == null) {
        return Optional.of(time.toInstant());
      }
      time = later;
    }
    return Optional.empty();
  }

  /// The earliest time that may match instead of this one; null if this one does. The largest unit
  /// that does not match decides, so that no minute of a wrong month is looked at.
  private @Nullable ZonedDateTime later(ZonedDateTime time) {
    if (!months.has(time.getMonthValue())) {
      return time.toLocalDate().withDayOfMonth(1).plusMonths(1).atStartOfDay(zone);
    }
    if (!isDay(time)) {
      return time.toLocalDate().plusDays(1).atStartOfDay(zone);
    }
    if (!hours.has(time.getHour())) {
      return time.truncatedTo(ChronoUnit.HOURS).plusHours(1);
    }
    return minutes.has(time.getMinute()) ? null : time.plusMinutes(1);
  }

  /// If both fields about days say something, one of them is enough.
  private boolean isDay(ZonedDateTime time) {
    boolean day = days.has(time.getDayOfMonth());
    boolean weekday = weekdays.has(time.getDayOfWeek().getValue() % DAYS_OF_WEEK);
    return (days.any() || weekdays.any()) ? day && weekday : day || weekday;
  }
}

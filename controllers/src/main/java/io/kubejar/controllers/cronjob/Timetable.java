package io.kubejar.controllers.cronjob;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.apimachinery.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/// The moments of a CronJob's schedule around now. Pure.
///
/// @param earliest from where on it was looked for moments
/// @param due the latest moment that has come; empty if none has
/// @param missed how many have come, roughly: the distance of the first two is taken for all
record Timetable(Instant earliest, Optional<Instant> due, long missed) {
  /// More than these are too many to have been missed by chance.
  static final int MANY = 100;

  /// Clocks that are a little apart must not lead to a look just before the moment.
  private static final Duration PADDING = Duration.ofMillis(100);

  /// A schedule without moments, such as the 31st of February.
  static final class NeverException extends Exception {
    private static final long serialVersionUID = 1L;

    NeverException() {
      super("time difference between two schedules is less than 1 second");
    }
  }

  /// @param heedDeadline whether moments that are too late to be met count as not there
  static Timetable of(CronJob cronJob, Schedule schedule, Instant now, boolean heedDeadline)
      throws NeverException {
    var earliest = earliest(cronJob, now, heedDeadline);
    var first = schedule.next(earliest).orElseThrow(NeverException::new);
    var second = schedule.next(first).orElseThrow(NeverException::new);
    if (now.isBefore(first)) {
      return new Timetable(earliest, Optional.empty(), 0);
    }
    if (now.isBefore(second)) {
      return new Timetable(earliest, Optional.of(first), 0);
    }
    var period = Duration.between(first, second);
    long missed = Duration.between(first, now).toSeconds() / period.toSeconds() + 1;
    return new Timetable(earliest, latest(schedule, first, period, missed, now), missed);
  }

  /// The latest moment up to now. It is looked for from two periods before the end on; as moments
  /// may come thick and then not for long, from ever further back as long as none is found.
  private static Optional<Instant> latest(
      Schedule schedule, Instant first, Duration period, long missed, Instant now) {
    Optional<Instant> latest = Optional.empty();
    for (long back = 2; latest.isEmpty() && back < 4 * (missed + 1); back *= 2) {
      var next = schedule.next(first.plus(period.multipliedBy(Math.max(-1, missed - back))));
      while (next.isPresent() && !next.get().isAfter(now)) {
        latest = next;
        next = schedule.next(next.get());
      }
    }
    return latest;
  }

  private static Instant earliest(CronJob cronJob, Instant now, boolean heedDeadline) {
    var last = cronJob.status().lastScheduleTime();
    var since =
        last != null
            ? last
            : Objects.requireNonNullElse(cronJob.metadata().creationTimestamp(), Instant.EPOCH);
    var seconds = cronJob.spec().startingDeadlineSeconds();
    if (!heedDeadline || seconds == null) {
      return since;
    }
    var deadline = now.minusSeconds(seconds);
    return deadline.isAfter(since) ? deadline : since;
  }

  /// How long until the next moment after those that have come; empty if there is none.
  static Optional<Duration> untilNext(CronJob cronJob, Schedule schedule, Instant now) {
    return schedule
        .next(lastKnown(cronJob, schedule, now))
        .map(next -> Duration.between(now, next.plus(PADDING)));
  }

  private static Instant lastKnown(CronJob cronJob, Schedule schedule, Instant now) {
    try {
      var table = of(cronJob, schedule, now, false);
      return table.due().orElse(table.missed() == 0 ? table.earliest() : now);
    } catch (NeverException _) {
      return now;
    }
  }
}

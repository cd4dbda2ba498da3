package io.kubejar.controllers.cronjob;

import static io.kubejar.apimachinery.GoText.quoted;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.apimachinery.schedule.Schedule;
import io.kubejar.apimachinery.schedule.ScheduleFormatException;
import io.kubejar.apimachinery.schedule.TimeZones;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whether a CronJob begins a Job now, and when it is looked at again. Pure.
///
/// @param start the moment whose Job begins; empty if none does
/// @param again how long until the next look; empty if only a change brings it
/// @param notices what people should know
record CronPlan(Optional<Instant> start, Optional<Duration> again, List<Notice> notices) {
  private static final DateTimeFormatter DAY_AND_TIME =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss xx", Locale.ENGLISH);

  CronPlan {
    notices = List.copyOf(notices);
  }

  /// @param cronJob with the Jobs that are known to run
  static CronPlan of(CronJob cronJob, Instant now) {
    if (cronJob.metadata().deletionTimestamp() != null) {
      return rest();
    }
    var zone = Schedules.zone(cronJob);
    if (TimeZones.find(zone).isEmpty()) {
      return rest(
          Notice.warning(
              "UnknownTimeZone",
              "invalid timeZone: " + quoted(zone) + ": unknown time zone " + zone));
    }
    if (Boolean.TRUE.equals(cronJob.spec().suspend())) {
      return rest();
    }
    var notices = new ArrayList<Notice>();
    var text = cronJob.spec().schedule();
    if (Schedules.namesZone(cronJob)) {
      notices.add(unsupported(text));
    }
    try {
      return due(cronJob, Schedules.of(cronJob), now, notices);
    } catch (ScheduleFormatException problem) {
      notices.add(
          Notice.warning(
              "UnparseableSchedule",
              "unparseable schedule: " + quoted(text) + " : " + problem.getMessage()));
    } catch (Timetable.NeverException never) {
      notices.add(
          Notice.warning(
              "InvalidSchedule", "invalid schedule: " + text + " : " + never.getMessage()));
    }
    return rest(notices.toArray(Notice[]::new));
  }

  private static CronPlan due(CronJob cronJob, Schedule schedule, Instant now, List<Notice> notices)
      throws Timetable.NeverException {
    var table = Timetable.of(cronJob, schedule, now, true);
    var again = Timetable.untilNext(cronJob, schedule, now);
    if (table.due().isEmpty()) {
      missed(cronJob, schedule, now).ifPresent(notices::add);
      return new CronPlan(Optional.empty(), again, notices);
    }
    var moment = table.due().get();
    if (table.missed() > Timetable.MANY) {
      notices.add(
          Notice.warning(
              "TooManyMissedTimes",
              "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check"
                  + " clock skew"));
    }
    var start = Optional.of(moment);
    if (hasBegun(cronJob, moment)) {
      start = Optional.empty();
    } else if (cronJob.spec().concurrencyPolicy().equals("Forbid")
        && !cronJob.status().active().isEmpty()) {
      notices.add(
          Notice.normal(
              "JobAlreadyActive",
              "Not starting job because prior execution is running and concurrency policy is"
                  + " Forbid"));
      start = Optional.empty();
    }
    return new CronPlan(start, again, notices);
  }

  /// What would be due, had its deadline not passed.
  private static Optional<Notice> missed(CronJob cronJob, Schedule schedule, Instant now)
      throws Timetable.NeverException {
    return Timetable.of(cronJob, schedule, now, false)
        .due()
        .map(
            moment ->
                Notice.warning(
                    "MissSchedule",
                    "Missed scheduled time to start a job: "
                        + DAY_AND_TIME.format(moment.atOffset(ZoneOffset.UTC))));
  }

  private static boolean hasBegun(CronJob cronJob, Instant moment) {
    var name = NewJob.name(cronJob, moment);
    return moment.equals(cronJob.status().lastScheduleTime())
        || cronJob.status().active().stream().anyMatch(job -> job.name().equals(name));
  }

  private static Notice unsupported(String schedule) {
    return Notice.warning(
        "UnsupportedSchedule",
        "CRON_TZ or TZ used in schedule "
            + quoted(schedule)
            + " is not officially supported, see"
            + " https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more"
            + " details");
  }

  private static CronPlan rest(Notice... notices) {
    return new CronPlan(Optional.empty(), Optional.empty(), List.of(notices));
  }
}

package io.kubejar.apiserver.validation;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.CronJobSpec;
import io.kubejar.apimachinery.schedule.Schedule;
import io.kubejar.apimachinery.schedule.ScheduleFormatException;
import io.kubejar.apimachinery.schedule.TimeZones;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// CronJobs.
final class CronJobs {
  /// A job's name gets eleven more letters, and a pod's name must be a label.
  private static final int LONGEST_NAME = 52;

  private static final Pattern ZONE_PART = Pattern.compile("[A-Za-z.\\-_0-9+]{1,14}");

  private CronJobs() {}

  static void cronJob(Check root, CronJob job) {
    spec(root.at("spec"), job.spec(), null);
    var name = job.metadata().name();
    if (name.length() > LONGEST_NAME) {
      root.at("metadata").at("name").invalid(name, "must be no more than 52 characters");
    }
  }

  static void cronJob(Check root, CronJob job, CronJob old) {
    spec(root.at("spec"), job.spec(), old.spec());
  }

  private static void spec(Check at, CronJobSpec spec, @Nullable CronJobSpec old) {
    if (spec.schedule().isEmpty()) {
      at.at("schedule").required("");
    } else {
      schedule(at.at("schedule"), spec, old != null && old.schedule().contains("TZ"));
    }
    at.at("startingDeadlineSeconds").nonNegative(spec.startingDeadlineSeconds());
    if (old == null || !Objects.equals(old.timeZone(), spec.timeZone())) {
      timeZone(at.at("timeZone"), spec.timeZone());
    }
    at.at("concurrencyPolicy").oneOf(spec.concurrencyPolicy(), "Allow", "Forbid", "Replace");
    var template = at.at("jobTemplate").at("spec");
    var job = spec.jobTemplate().spec();
    Jobs.spec(template, job);
    if (job.selector() != null) {
      template.at("selector").invalid(job.selector(), "`selector` will be auto-generated");
    }
    if (Boolean.TRUE.equals(job.manualSelector())) {
      template.at("manualSelector").notSupported(true, "nil", "false");
    }
    at.at("successfulJobsHistoryLimit").nonNegative(spec.successfulJobsHistoryLimit());
    at.at("failedJobsHistoryLimit").nonNegative(spec.failedJobsHistoryLimit());
  }

  /// @param mayName whether the old schedule named a time zone, which was never meant to work
  private static void schedule(Check at, CronJobSpec spec, boolean mayName) {
    var schedule = spec.schedule();
    try {
      Schedule.parse(schedule);
    } catch (ScheduleFormatException problem) {
      at.invalid(schedule, Objects.requireNonNull(problem.getMessage()));
    }
    if (!schedule.contains("TZ")) {
      return;
    }
    if (!mayName) {
      at.invalid(schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
    } else if (spec.timeZone() != null) {
      at.invalid(schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule");
    }
  }

  private static void timeZone(Check at, @Nullable String zone) {
    if (zone == null) {
      return;
    }
    if (zone.isEmpty()) {
      at.invalid(zone, "timeZone must be nil or non-empty string");
      return;
    }
    for (var part : zone.split("/", -1)) {
      if (part.equals(".")
          || part.equals("..")
          || part.startsWith("-")
          || !ZONE_PART.matcher(part).matches()) {
        at.invalid(zone, "unknown time zone " + zone);
        return;
      }
    }
    if (zone.equalsIgnoreCase("Local")) {
      at.invalid(
          zone,
          "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
    }
    if (!zone.equals("Local") && TimeZones.find(zone).isEmpty()) {
      at.invalid(zone, "unknown time zone " + zone);
    }
  }
}

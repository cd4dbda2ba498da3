package io.kubejar.controllers.cronjob;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.apimachinery.schedule.Schedule;
import io.kubejar.apimachinery.schedule.TimeZones;
import java.time.ZoneOffset;
import java.util.Objects;

/// The schedule of a CronJob in its time zone.
final class Schedules {
  private Schedules() {}

  /// A zone in the text was never meant to work, but does; it goes before the field.
  ///
  /// @throws io.kubejar.apimachinery.schedule.ScheduleFormatException if it is none
  static Schedule of(CronJob cronJob) {
    var text = cronJob.spec().schedule();
    if (namesZone(cronJob)) {
      return Schedule.parse(text);
    }
    return Schedule.parse(text, TimeZones.find(zone(cronJob)).orElse(ZoneOffset.UTC));
  }

  static boolean namesZone(CronJob cronJob) {
    return cronJob.spec().schedule().contains("TZ");
  }

  /// The name of the zone; empty for UTC.
  static String zone(CronJob cronJob) {
    return Objects.requireNonNullElse(cronJob.spec().timeZone(), "");
  }
}

package io.kubejar.controllers.cronjob;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.schedule.TimeZones;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// The Job that a CronJob begins for one moment of its schedule. Pure.
final class NewJob {
  static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";

  private static final DateTimeFormatter WITH_SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX", Locale.ROOT);

  private NewJob() {}

  static Job of(CronJob cronJob, Instant moment) {
    var template = cronJob.spec().jobTemplate();
    var zone = TimeZones.find(Schedules.zone(cronJob)).orElse(ZoneOffset.UTC);
    var annotations = new LinkedHashMap<>(template.metadata().annotations());
    annotations.put(SCHEDULED, WITH_SECONDS.format(moment.atZone(zone)));
    var metadata =
        ObjectMeta.builder()
            .namespace(cronJob.metadata().namespace())
            .name(name(cronJob, moment))
            .labels(template.metadata().labels())
            .annotations(annotations)
            .ownerReferences(List.of(ControllerRefs.to(cronJob)))
            .build();
    return Job.EMPTY.withMetadata(metadata).withSpec(template.spec());
  }

  /// The same for the same minute: the second attempt at a Job finds the first.
  static String name(CronJob cronJob, Instant moment) {
    return cronJob.metadata().name()
        + "-"
        + Duration.ofSeconds(moment.getEpochSecond()).toMinutes();
  }
}

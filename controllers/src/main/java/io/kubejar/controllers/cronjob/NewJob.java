package io.kubejar.controllers.cronjob;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.schedule.TimeZones;
import io.kubejar.controllers.job.JobStates;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The Job that a CronJob begins for one moment of its schedule, and what can be told from it.
/// Pure.
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

  /// The moment that the Job was made for; empty if somebody else has made it.
  static Optional<Instant> moment(CronJob cronJob, Job job) {
    var text = job.metadata().annotations().getOrDefault(SCHEDULED, "");
    try {
      var moment = OffsetDateTime.parse(text).toInstant();
      boolean ours = job.metadata().name().equals(name(cronJob, moment));
      return ours ? Optional.of(moment) : Optional.empty();
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  /// When it succeeded; empty if it has not.
  static Optional<Instant> success(Job job) {
    return JobStates.ending(job)
        .filter(ending -> ending.type().equals(JobStates.COMPLETE))
        .map(_ -> job.status().completionTime());
  }

  static ObjectReference reference(Job job) {
    var metadata = job.metadata();
    return ObjectReference.builder()
        .apiVersion(job.apiVersion())
        .kind(job.kind())
        .namespace(metadata.namespace())
        .name(metadata.name())
        .uid(metadata.uid())
        .resourceVersion(metadata.resourceVersion())
        .build();
  }
}

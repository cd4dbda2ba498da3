package io.kubejar.controllers.cronjob;

import static io.kubejar.controllers.testing.Objects.named;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.CronJobSpec;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobCondition;
import io.kubejar.api.batch.v1.JobSpec;
import io.kubejar.api.batch.v1.JobTemplateSpec;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// CronJobs and the Jobs that they have begun.
final class CronFixtures {
  static final Instant NOW = VirtualClock.START;

  private CronFixtures() {}

  /// Every minute, as the API server completes it.
  static CronJob cronJob(UnaryOperator<CronJobSpec> wanted) {
    var template =
        JobTemplateSpec.EMPTY
            .withMetadata(ObjectMeta.EMPTY.withLabels(Map.of("made", "by-cron")))
            .withSpec(JobSpec.EMPTY.withCompletions(1).withParallelism(1));
    var spec =
        CronJobSpec.EMPTY.toBuilder()
            .schedule("* * * * *")
            .concurrencyPolicy("Allow")
            .suspend(false)
            .successfulJobsHistoryLimit(3)
            .failedJobsHistoryLimit(1)
            .jobTemplate(template)
            .build();
    return CronJob.EMPTY
        .withMetadata(named("tick").withUid("uid-tick").withCreationTimestamp(NOW))
        .withSpec(wanted.apply(spec));
  }

  static CronJob scheduled(String schedule) {
    return cronJob(spec -> spec.withSchedule(schedule));
  }

  static Job job(String name) {
    var metadata =
        named(name)
            .withUid("uid-" + name)
            .withOwnerReferences(List.of(ControllerRefs.to(cronJob(spec -> spec))));
    return Job.EMPTY.withMetadata(metadata);
  }

  /// @param type `Complete` or `Failed`
  static Job ended(Job job, String type, Instant at) {
    var condition = JobCondition.EMPTY.withType(type).withStatus("True").withLastTransitionTime(at);
    var status = job.status().withStartTime(at).withConditions(List.of(condition));
    return job.withStatus(type.equals("Complete") ? status.withCompletionTime(at) : status);
  }

  static CronJob running(CronJob cronJob, String... names) {
    var active =
        List.of(names).stream()
            .map(
                name ->
                    ObjectReference.EMPTY
                        .withNamespace("default")
                        .withName(name)
                        .withUid("uid-" + name))
            .toList();
    return cronJob.withStatus(cronJob.status().withActive(active));
  }
}

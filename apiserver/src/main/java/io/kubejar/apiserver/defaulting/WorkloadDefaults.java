package io.kubejar.apiserver.defaulting;

import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.apps.v1.DaemonSetUpdateStrategy;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.DeploymentStrategy;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.apps.v1.RollingUpdateDaemonSet;
import io.kubejar.api.apps.v1.RollingUpdateDeployment;
import io.kubejar.api.apps.v1.RollingUpdateStatefulSetStrategy;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy;
import io.kubejar.api.apps.v1.StatefulSetUpdateStrategy;
import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobSpec;
import io.kubejar.api.batch.v1.PodFailurePolicyRule;
import io.kubejar.api.core.v1.ReplicationController;
import io.kubejar.apimachinery.IntOrString;
import java.util.Objects;

/// What runs pods.
final class WorkloadDefaults {
  private static final String ROLLING_UPDATE = "RollingUpdate";
  private static final int REVISIONS_KEPT = 10;
  private static final int PROGRESS_DEADLINE_SECONDS = 600;
  private static final int JOB_BACKOFF_LIMIT = 6;
  private static final IntOrString QUARTER = IntOrString.of("25%");

  private WorkloadDefaults() {}

  static Deployment deployment(Deployment deployment) {
    var spec = deployment.spec();
    return deployment.withSpec(
        spec.withReplicas(Objects.requireNonNullElse(spec.replicas(), 1))
            .withStrategy(strategy(spec.strategy()))
            .withRevisionHistoryLimit(
                Objects.requireNonNullElse(spec.revisionHistoryLimit(), REVISIONS_KEPT))
            .withProgressDeadlineSeconds(
                Objects.requireNonNullElse(
                    spec.progressDeadlineSeconds(), PROGRESS_DEADLINE_SECONDS))
            .withTemplate(PodDefaults.template(spec.template())));
  }

  private static DeploymentStrategy strategy(DeploymentStrategy given) {
    var strategy = given.type().isEmpty() ? given.withType(ROLLING_UPDATE) : given;
    if (!strategy.type().equals(ROLLING_UPDATE)) {
      return strategy;
    }
    var rolling =
        Objects.requireNonNullElse(strategy.rollingUpdate(), RollingUpdateDeployment.EMPTY);
    return strategy.withRollingUpdate(
        rolling
            .withMaxUnavailable(Objects.requireNonNullElse(rolling.maxUnavailable(), QUARTER))
            .withMaxSurge(Objects.requireNonNullElse(rolling.maxSurge(), QUARTER)));
  }

  static ReplicaSet replicaSet(ReplicaSet set) {
    var spec = set.spec();
    return set.withSpec(
        spec.withReplicas(Objects.requireNonNullElse(spec.replicas(), 1))
            .withTemplate(PodDefaults.template(spec.template())));
  }

  static ReplicationController replicationController(ReplicationController given) {
    var controller = given;
    var spec = controller.spec();
    var template = PodDefaults.optionalTemplate(spec.template());
    if (template != null) {
      var labels = template.metadata().labels();
      if (spec.selector().isEmpty()) {
        spec = spec.withSelector(labels);
      }
      if (controller.metadata().labels().isEmpty()) {
        controller = controller.withMetadata(controller.metadata().withLabels(labels));
      }
    }
    return controller.withSpec(
        spec.withReplicas(Objects.requireNonNullElse(spec.replicas(), 1)).withTemplate(template));
  }

  static StatefulSet statefulSet(StatefulSet set) {
    var spec = set.spec();
    var claims = Mapped.each(spec.volumeClaimTemplates(), claim -> StorageDefaults.claim(claim));
    return set.withSpec(
        spec.withReplicas(Objects.requireNonNullElse(spec.replicas(), 1))
            .withPodManagementPolicy(
                spec.podManagementPolicy().isEmpty() ? "OrderedReady" : spec.podManagementPolicy())
            .withUpdateStrategy(strategy(spec.updateStrategy()))
            .withRevisionHistoryLimit(
                Objects.requireNonNullElse(spec.revisionHistoryLimit(), REVISIONS_KEPT))
            .withPersistentVolumeClaimRetentionPolicy(
                retention(
                    Objects.requireNonNullElse(
                        spec.persistentVolumeClaimRetentionPolicy(),
                        StatefulSetPersistentVolumeClaimRetentionPolicy.EMPTY)))
            .withVolumeClaimTemplates(claims)
            .withTemplate(PodDefaults.template(spec.template())));
  }

  private static StatefulSetUpdateStrategy strategy(StatefulSetUpdateStrategy given) {
    var strategy = given.type().isEmpty() ? given.withType(ROLLING_UPDATE) : given;
    if (!strategy.type().equals(ROLLING_UPDATE)) {
      return strategy;
    }
    var rolling =
        Objects.requireNonNullElse(
            strategy.rollingUpdate(), RollingUpdateStatefulSetStrategy.EMPTY);
    return strategy.withRollingUpdate(
        rolling.withPartition(Objects.requireNonNullElse(rolling.partition(), 0)));
  }

  private static StatefulSetPersistentVolumeClaimRetentionPolicy retention(
      StatefulSetPersistentVolumeClaimRetentionPolicy given) {
    var policy = given.whenDeleted().isEmpty() ? given.withWhenDeleted("Retain") : given;
    return policy.whenScaled().isEmpty() ? policy.withWhenScaled("Retain") : policy;
  }

  static DaemonSet daemonSet(DaemonSet set) {
    var spec = set.spec();
    return set.withSpec(
        spec.withUpdateStrategy(strategy(spec.updateStrategy()))
            .withRevisionHistoryLimit(
                Objects.requireNonNullElse(spec.revisionHistoryLimit(), REVISIONS_KEPT))
            .withTemplate(PodDefaults.template(spec.template())));
  }

  private static DaemonSetUpdateStrategy strategy(DaemonSetUpdateStrategy given) {
    var strategy = given.type().isEmpty() ? given.withType(ROLLING_UPDATE) : given;
    if (!strategy.type().equals(ROLLING_UPDATE)) {
      return strategy;
    }
    var rolling =
        Objects.requireNonNullElse(strategy.rollingUpdate(), RollingUpdateDaemonSet.EMPTY);
    return strategy.withRollingUpdate(
        rolling
            .withMaxUnavailable(
                Objects.requireNonNullElse(rolling.maxUnavailable(), IntOrString.of(1)))
            .withMaxSurge(Objects.requireNonNullElse(rolling.maxSurge(), IntOrString.of(0))));
  }

  static Job job(Job given) {
    var job = given;
    var spec = job.spec();
    if (spec.completions() == null && spec.parallelism() == null) {
      spec = spec.withCompletions(1).withParallelism(1);
    }
    if (spec.parallelism() == null) {
      spec = spec.withParallelism(1);
    }
    if (spec.backoffLimit() == null) {
      spec =
          spec.withBackoffLimit(
              spec.backoffLimitPerIndex() == null ? JOB_BACKOFF_LIMIT : Integer.MAX_VALUE);
    }
    if (spec.completionMode() == null || spec.completionMode().isEmpty()) {
      spec = spec.withCompletionMode("NonIndexed");
    }
    if (spec.suspend() == null) {
      spec = spec.withSuspend(false);
    }
    if (spec.podReplacementPolicy() == null || spec.podReplacementPolicy().isEmpty()) {
      spec =
          spec.withPodReplacementPolicy(
              spec.podFailurePolicy() == null ? "TerminatingOrFailed" : "Failed");
    }
    var labels = spec.template().metadata().labels();
    if (job.metadata().labels().isEmpty() && !labels.isEmpty()) {
      job = job.withMetadata(job.metadata().withLabels(labels));
    }
    return job.withSpec(templated(spec));
  }

  private static JobSpec templated(JobSpec spec) {
    var policy = spec.podFailurePolicy();
    var complete =
        policy == null
            ? spec
            : spec.withPodFailurePolicy(
                policy.withRules(Mapped.each(policy.rules(), WorkloadDefaults::failureRule)));
    return complete.withTemplate(PodDefaults.template(spec.template()));
  }

  private static PodFailurePolicyRule failureRule(PodFailurePolicyRule rule) {
    return rule.withOnPodConditions(
        Mapped.each(
            rule.onPodConditions(),
            pattern -> pattern.status().isEmpty() ? pattern.withStatus("True") : pattern));
  }

  static CronJob cronJob(CronJob job) {
    var spec = job.spec();
    var template = spec.jobTemplate();
    return job.withSpec(
        spec.withConcurrencyPolicy(
                spec.concurrencyPolicy().isEmpty() ? "Allow" : spec.concurrencyPolicy())
            .withSuspend(Objects.requireNonNullElse(spec.suspend(), false))
            .withSuccessfulJobsHistoryLimit(
                Objects.requireNonNullElse(spec.successfulJobsHistoryLimit(), 3))
            .withFailedJobsHistoryLimit(
                Objects.requireNonNullElse(spec.failedJobsHistoryLimit(), 1))
            .withJobTemplate(template.withSpec(templated(template.spec()))));
  }
}

package io.kubejar.controllers.job;

import static io.kubejar.controllers.job.JobStates.FAILURE_TARGET;
import static io.kubejar.controllers.job.JobStates.SUCCESS_CRITERIA_MET;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Whether a Job has to end before all is done, and why. What was decided once stays; after that
/// failures come before successes. Pure.
final class JobVerdict {
  private JobVerdict() {}

  /// The condition that says so; empty if it goes on. `FailureTarget` and `SuccessCriteriaMet` are
  /// still to become `Failed` and `Complete`, once no pod is left.
  static Optional<JobCondition> of(JobWorld world, Accounts accounts) {
    return decided(world)
        .or(() -> byPolicy(world))
        .or(() -> byLimits(world, accounts))
        .or(() -> byIndexes(world, accounts))
        .or(() -> bySuccessPolicy(world, accounts));
  }

  /// How long the Job may still run; empty if nothing limits it.
  static Optional<Duration> timeLeft(Job job, Instant now) {
    var seconds = job.spec().activeDeadlineSeconds();
    var since = job.status().startTime();
    if (seconds == null || since == null || JobStates.isSuspended(job)) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofSeconds(seconds).minus(Duration.between(since, now)));
  }

  private static Optional<JobCondition> decided(JobWorld world) {
    return JobStates.holding(world.job(), SUCCESS_CRITERIA_MET)
        .or(
            () ->
                JobStates.holding(world.job(), FAILURE_TARGET)
                    .map(target -> failed(target, world.now())));
  }

  static JobCondition failed(JobCondition target, Instant now) {
    return JobStates.met(JobStates.FAILED, target.reason(), target.message(), now);
  }

  private static Optional<JobCondition> byPolicy(JobWorld world) {
    return world.pods().stream()
        .filter(pod -> JobPods.isFailed(pod, world.job()))
        .map(pod -> FailureMatch.of(world.job(), pod).message())
        .filter(message -> !message.isEmpty())
        .findFirst()
        .map(message -> target(world, "PodFailurePolicy", message));
  }

  private static Optional<JobCondition> byLimits(JobWorld world, Accounts accounts) {
    var spec = world.job().spec();
    if (accounts.failed() > JobStates.backoffLimit(spec) || restartsExceed(world)) {
      return Optional.of(
          target(world, "BackoffLimitExceeded", "Job has reached the specified backoff limit"));
    }
    return timeLeft(world.job(), world.now())
        .filter(left -> !left.isPositive())
        .map(
            _ ->
                target(world, "DeadlineExceeded", "Job was active longer than specified deadline"));
  }

  /// Pods that are started anew where they are never fail; their restarts count instead.
  private static boolean restartsExceed(JobWorld world) {
    var spec = world.job().spec();
    if (!spec.template().spec().restartPolicy().equals("OnFailure")) {
      return false;
    }
    int restarts = JobPods.restarts(world.pods());
    return restarts > 0 && restarts >= JobStates.backoffLimit(spec);
  }

  private static Optional<JobCondition> byIndexes(JobWorld world, Accounts accounts) {
    var spec = world.job().spec();
    int failed = accounts.failedIndexes().total();
    if (failed == 0) {
      return Optional.empty();
    }
    if (spec.maxFailedIndexes() != null && failed > spec.maxFailedIndexes()) {
      return Optional.of(
          target(
              world,
              "MaxFailedIndexesExceeded",
              "Job has exceeded the specified maximal number of failed indexes"));
    }
    return failed + accounts.succeeded() >= JobStates.completions(spec)
        ? Optional.of(target(world, "FailedIndexes", "Job has failed indexes"))
        : Optional.empty();
  }

  private static Optional<JobCondition> bySuccessPolicy(JobWorld world, Accounts accounts) {
    return SuccessRules.met(world.job(), accounts.succeededIndexes())
        .map(why -> JobStates.met(SUCCESS_CRITERIA_MET, "SuccessPolicy", why, world.now()));
  }

  private static JobCondition target(JobWorld world, String reason, String message) {
    return JobStates.met(FAILURE_TARGET, reason, message, world.now());
  }
}

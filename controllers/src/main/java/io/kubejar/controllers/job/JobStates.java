package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobCondition;
import io.kubejar.api.batch.v1.JobSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Questions about a Job, answered as upstream answers them.
public final class JobStates {
  /// The two conditions in which a Job ends.
  public static final String COMPLETE = "Complete";

  public static final String FAILED = "Failed";

  /// What is already decided, but waits for the last pods to go.
  static final String SUCCESS_CRITERIA_MET = "SuccessCriteriaMet";

  static final String FAILURE_TARGET = "FailureTarget";
  static final String SUSPENDED = "Suspended";

  /// Who a Job is managed by if it does not say.
  private static final String BUILT_IN = "kubernetes.io/job-controller";

  private static final String INDEXED = "Indexed";
  private static final String NON_INDEXED = "NonIndexed";

  /// The API server sets it; an object of an old store may lack it.
  private static final int BACKOFF_LIMIT = 6;

  private JobStates() {}

  /// The condition in which it has ended; empty while it goes on.
  public static Optional<JobCondition> ending(Job job) {
    return job.status().conditions().stream()
        .filter(it -> it.type().equals(COMPLETE) || it.type().equals(FAILED))
        .filter(it -> it.status().equals("True"))
        .findFirst();
  }

  public static boolean isFinished(Job job) {
    return ending(job).isPresent();
  }

  static Optional<JobCondition> condition(Job job, String type) {
    return job.status().conditions().stream().filter(it -> it.type().equals(type)).findFirst();
  }

  /// The condition, if it is true.
  static Optional<JobCondition> holding(Job job, String type) {
    return condition(job, type).filter(it -> it.status().equals("True"));
  }

  static JobCondition met(String type, String reason, String message, Instant now) {
    return of(type, "True", reason, message, now);
  }

  static JobCondition of(String type, String status, String reason, String message, Instant now) {
    var second = now.truncatedTo(ChronoUnit.SECONDS); // As it is kept.
    return new JobCondition(type, status, second, second, reason, message);
  }

  /// Sets a condition. One that says the same stays as it is, and what is not there need not be
  /// said to be false.
  static List<JobCondition> with(List<JobCondition> known, JobCondition condition) {
    var result = new ArrayList<>(known);
    for (int i = 0; i < result.size(); i++) {
      var there = result.get(i);
      if (there.type().equals(condition.type())) {
        boolean same =
            there.status().equals(condition.status())
                && there.reason().equals(condition.reason())
                && there.message().equals(condition.message());
        result.set(i, same ? there : condition);
        return result;
      }
    }
    if (!condition.status().equals("False")) {
      result.add(condition);
    }
    return result;
  }

  static boolean isIndexed(Job job) {
    return INDEXED.equals(job.spec().completionMode());
  }

  /// Whether somebody wants something of it that is not known here.
  static boolean hasUnknownMode(Job job) {
    var mode = job.spec().completionMode();
    return mode != null && !mode.equals(INDEXED) && !mode.equals(NON_INDEXED);
  }

  /// As metrics call it.
  static String mode(Job job) {
    return isIndexed(job) ? INDEXED : NON_INDEXED;
  }

  static boolean isSuspended(Job job) {
    return Boolean.TRUE.equals(job.spec().suspend());
  }

  static boolean countsPerIndex(Job job) {
    return job.spec().backoffLimitPerIndex() != null;
  }

  /// Whether a pod that is on its way out is replaced only once it has really ended.
  static boolean replacesOnlyFailed(Job job) {
    return "Failed".equals(job.spec().podReplacementPolicy())
        || job.spec().podFailurePolicy() != null;
  }

  /// The controller that takes care of it, if that is not this one.
  static Optional<String> otherManager(Job job) {
    return Optional.ofNullable(job.spec().managedBy()).filter(name -> !name.equals(BUILT_IN));
  }

  static int parallelism(JobSpec spec) {
    return Objects.requireNonNullElse(spec.parallelism(), 1);
  }

  /// How many pods have to succeed. An indexed Job always says so.
  static int completions(JobSpec spec) {
    return Objects.requireNonNullElse(spec.completions(), 0);
  }

  static int backoffLimit(JobSpec spec) {
    return Objects.requireNonNullElse(spec.backoffLimit(), BACKOFF_LIMIT);
  }
}

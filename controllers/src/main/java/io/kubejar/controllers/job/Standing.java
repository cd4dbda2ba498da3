package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobCondition;
import io.kubejar.api.batch.v1.JobStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// How a Job stands once something was done about its pods. Pure.
///
/// @param status with the pods that are there now, but nothing more counted
/// @param ending why it ends; empty if it goes on, or if it is too early to say that it ended
/// @param turned the condition about being suspended, if it has just changed
record Standing(JobStatus status, Optional<JobCondition> ending, Optional<JobCondition> turned) {

  /// The pods after what was done, and what of it failed.
  ///
  /// @param active how many are active then
  /// @param ready how many of these are ready
  /// @param terminating how many are on their way out
  /// @param complete whether all was done that the plan asked for
  record Pods(int active, int ready, int terminating, boolean complete) {}

  static Standing of(
      JobWorld world, Accounts accounts, Optional<JobCondition> verdict, PodPlan plan, Pods pods) {
    var job = world.job();
    var status =
        job.status()
            .withUncountedTerminatedPods(Accounts.uncounted(job))
            .withActive(pods.active())
            .withReady(pods.ready())
            .withTerminating(pods.terminating());
    if (plan instanceof PodPlan.EndAll) {
      // While pods may be left that are not known, the end cannot be told.
      boolean certain = pods.complete() && world.current();
      return new Standing(status, certain ? verdict : Optional.empty(), Optional.empty());
    }
    if (isDone(job, accounts, pods.active())) {
      var met =
          JobStates.met(
              JobStates.SUCCESS_CRITERIA_MET,
              "CompletionsReached",
              "Reached expected number of succeeded pods",
              world.now());
      return new Standing(status, Optional.of(met), Optional.empty());
    }
    return plan instanceof PodPlan.Untouched
        ? new Standing(status, Optional.empty(), Optional.empty())
        : suspended(job, status, world.now());
  }

  private static boolean isDone(Job job, Accounts accounts, int active) {
    var completions = job.spec().completions();
    boolean enough =
        completions == null ? accounts.succeeded() > 0 : accounts.succeeded() >= completions;
    return enough && active == 0;
  }

  /// Notes that the Job was suspended or goes on. Its time starts anew then: only the time counts
  /// in which it could run.
  private static Standing suspended(Job job, JobStatus status, Instant now) {
    boolean suspended = JobStates.isSuspended(job);
    var condition =
        suspended
            ? JobStates.of(JobStates.SUSPENDED, "True", "JobSuspended", "Job suspended", now)
            : JobStates.of(JobStates.SUSPENDED, "False", "JobResumed", "Job resumed", now);
    var conditions = JobStates.with(status.conditions(), condition);
    if (conditions.equals(status.conditions())) {
      return new Standing(status, Optional.empty(), Optional.empty());
    }
    var turned =
        status
            .withConditions(conditions)
            .withStartTime(suspended ? null : now.truncatedTo(ChronoUnit.SECONDS));
    return new Standing(turned, Optional.empty(), Optional.of(condition));
  }
}

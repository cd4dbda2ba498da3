package io.kubejar.controllers;

import io.kubejar.controllers.job.JobWatcher;
import java.time.Duration;
import java.util.function.Consumer;

/// Who hears what controllers do, beyond their queues, for metrics.
///
/// @param jobs of the Job controller
/// @param cronJobsLate of every Job of a CronJob, how long after its moment it was made
/// @param deletionsLate of every Job that has expired, how long after that it was deleted
public record Watchers(
    JobWatcher jobs, Consumer<Duration> cronJobsLate, Consumer<Duration> deletionsLate) {
  /// Nobody.
  public static final Watchers NONE = new Watchers(JobWatcher.NONE, _ -> {}, _ -> {});
}

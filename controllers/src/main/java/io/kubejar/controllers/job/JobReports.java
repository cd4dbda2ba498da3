package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobCondition;
import io.kubejar.api.batch.v1.JobStatus;
import io.kubejar.client.EventRecorder;
import io.kubejar.controllers.pods.SlowStart;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/// Tells people and metrics what became of a Job.
record JobReports(JobWatcher watcher) {
  void synced(Job job, boolean well, String action, Duration took) {
    watcher.synced(JobStates.mode(job), well, action, took);
  }

  /// A look was put off until the cache shows the last write.
  void stale() {
    watcher.skippedAsStale("batch", "jobs");
  }

  void created(JobWorld world, Accounts accounts, SlowStart outcome) {
    var reason = "new";
    if (accounts.failed() > 0 && "Failed".equals(world.job().spec().podReplacementPolicy())) {
      reason = "recreate_failed";
    } else if (accounts.failed() > 0 || !world.terminating().isEmpty()) {
      reason = "recreate_terminating_or_failed";
    }
    watcher.created(reason, outcome.made(), outcome.refused().isPresent() ? 1 : 0);
  }

  void handled(Map<String, Integer> actions) {
    actions.forEach(watcher::failureHandled);
  }

  /// A status was written in place of this one.
  void counted(Job job, JobStatus before) {
    var now = job.status();
    var mode = JobStates.mode(job);
    int failed = now.failed() - before.failed();
    if (!JobStates.isIndexed(job)) {
      watcher.counted(mode, now.succeeded() - before.succeeded(), failed);
      return;
    }
    // A Job that was made smaller has indexes in its old list that are none any more.
    int completions = JobStates.completions(job.spec());
    int succeeded =
        total(now.completedIndexes(), completions) - total(before.completedIndexes(), completions);
    int lost =
        total(Objects.requireNonNullElse(now.failedIndexes(), ""), completions)
            - total(Objects.requireNonNullElse(before.failedIndexes(), ""), completions);
    watcher.indexesCounted(JobStates.countsPerIndex(job), succeeded, Math.max(0, lost));
    watcher.counted(mode, succeeded, failed);
  }

  private static int total(String indexes, int completions) {
    return Indexes.parse(indexes, completions).total();
  }

  void ended(Job job, JobCondition ending, EventRecorder events) {
    boolean well = ending.type().equals(JobStates.COMPLETE);
    if (well) {
      var completions = job.spec().completions();
      if (completions != null && job.status().succeeded() > completions) {
        events.warning(
            job,
            "TooManySucceededPods",
            "Too many succeeded pods running after completion count reached");
      }
      events.normal(job, "Completed", "Job completed");
    } else {
      events.warning(job, ending.reason(), ending.message());
    }
    watcher.finished(JobStates.mode(job), well, ending.reason());
  }
}

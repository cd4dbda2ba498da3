package io.kubejar.controllers.ttlafterfinished;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.controllers.job.JobStates;
import java.time.Instant;
import java.util.Optional;

/// When a Job is no longer wanted. Pure.
final class Expiry {
  private Expiry() {}

  /// Empty if it goes on, is being deleted already or stays for ever.
  static Optional<Instant> of(Job job) {
    var seconds = job.spec().ttlSecondsAfterFinished();
    if (seconds == null || job.metadata().deletionTimestamp() != null) {
      return Optional.empty();
    }
    return JobStates.ending(job)
        .map(ending -> ending.lastTransitionTime())
        .map(ended -> ended.plusSeconds(seconds));
  }
}

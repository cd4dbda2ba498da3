package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.controllers.pods.PodStates;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// What one look at the caches shows of a Job.
///
/// @param job with its beginning noted, if it has begun
/// @param pods all that it controls
/// @param released UIDs of pods that are counted, whatever the cache still shows
/// @param backoff as it was after the last look, or after the pods that have ended since
/// @param current whether the cache shows all pods that were made and deleted for it
/// @param now the moment of the look
record JobWorld(
    Job job, List<Pod> pods, Set<String> released, Backoff backoff, boolean current, Instant now) {
  JobWorld {
    pods = List.copyOf(pods);
    released = Set.copyOf(released);
  }

  /// With the wait that these pods bring about.
  JobWorld withEnded(List<Pod> succeeded, List<Pod> failed) {
    return new JobWorld(job, pods, released, backoff.with(succeeded, failed), current, now);
  }

  /// Whether the pod is still to be counted, or its UID is and the pod waits for that.
  boolean isTracked(Pod pod) {
    return JobPods.isTracked(pod) && !released.contains(pod.metadata().uid());
  }

  /// Pods that have not ended, but are on their way out.
  List<Pod> terminating() {
    return pods.stream().filter(PodStates::isTerminating).toList();
  }
}

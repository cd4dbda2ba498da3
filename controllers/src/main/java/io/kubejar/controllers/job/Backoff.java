package io.kubejar.controllers.job;

import io.kubejar.api.core.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// How long a Job waits before it replaces pods: the longer, the more of them have failed in a row.
/// Pure.
///
/// @param failures since the last success
/// @param last when the last of them ended; without meaning if there are none
record Backoff(int failures, Instant last) {
  static final Duration SHORTEST = Duration.ofSeconds(10);
  static final Duration LONGEST = Duration.ofMinutes(10);
  static final Backoff NONE = new Backoff(0, Instant.EPOCH);

  /// With the pods that have ended since.
  Backoff with(List<Pod> succeeded, List<Pod> failed) {
    if (succeeded.isEmpty()) {
      return failed.isEmpty() ? this : new Backoff(failures + failed.size(), lastEnd(failed));
    }
    var success = lastEnd(succeeded);
    var later = failed.stream().filter(pod -> JobPods.endedAt(pod).isAfter(success)).toList();
    return later.isEmpty() ? NONE : new Backoff(later.size(), lastEnd(later));
  }

  private static Instant lastEnd(List<Pod> pods) {
    return pods.stream().map(JobPods::endedAt).max(Instant::compareTo).orElse(Instant.EPOCH);
  }

  /// How long until the next pod; zero if it may come.
  Duration remaining(Instant now) {
    if (failures == 0) {
      return Duration.ZERO;
    }
    // Six doublings are beyond the longest wait; more would overflow one day.
    var wait = SHORTEST.multipliedBy(1L << Math.min(failures - 1, 6));
    var left = (wait.compareTo(LONGEST) > 0 ? LONGEST : wait).minus(Duration.between(last, now));
    return left.isNegative() ? Duration.ZERO : left;
  }

  /// How long an index waits whose last pod was this one.
  static Duration remainingAfter(Pod lastOfIndex, Instant now) {
    int failures =
        JobPods.failuresBefore(lastOfIndex) + JobPods.ignoredFailuresBefore(lastOfIndex) + 1;
    return new Backoff(failures, JobPods.endedAt(lastOfIndex)).remaining(now);
  }
}

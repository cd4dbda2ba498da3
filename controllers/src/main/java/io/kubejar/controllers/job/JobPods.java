package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.controllers.pods.PodStates;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// Questions about a pod of a Job.
final class JobPods {
  /// Keeps a pod until it is counted.
  static final String TRACKING = "batch.kubernetes.io/job-tracking";

  /// Both an annotation and a label.
  static final String INDEX = "batch.kubernetes.io/job-completion-index";

  /// How often pods of its index had failed before it was made.
  static final String FAILURES = "batch.kubernetes.io/job-index-failure-count";

  static final String IGNORED_FAILURES = "batch.kubernetes.io/job-index-ignored-failure-count";

  private JobPods() {}

  static boolean isTracked(Pod pod) {
    return pod.metadata().finalizers().contains(TRACKING);
  }

  static boolean hasSucceeded(Pod pod) {
    return pod.status().phase().equals("Succeeded");
  }

  /// Whether it counts as failed. A pod that is deleted does too, as it may never come to a phase
  /// of its own; unless the Job waits for that.
  static boolean isFailed(Pod pod, Job job) {
    if (pod.status().phase().equals("Failed")) {
      return true;
    }
    return !JobStates.replacesOnlyFailed(job)
        && PodStates.isBeingDeleted(pod)
        && !hasSucceeded(pod);
  }

  /// Its index; empty if it has none.
  static OptionalInt index(Pod pod) {
    var value = pod.metadata().annotations().get(INDEX);
    return value == null ? OptionalInt.empty() : notNegative(value);
  }

  /// Its index, if that is one of the Job's.
  static OptionalInt index(Pod pod, Job job) {
    int completions = JobStates.completions(job.spec());
    var index = index(pod);
    return index.isPresent() && index.getAsInt() < completions ? index : OptionalInt.empty();
  }

  static Indexes indexes(Collection<Pod> pods) {
    return Indexes.of(
        pods.stream()
            .map(JobPods::index)
            .filter(OptionalInt::isPresent)
            .map(OptionalInt::getAsInt)
            .toList());
  }

  /// How many failures of its index counted before it.
  static int failuresBefore(Pod pod) {
    return count(pod, FAILURES);
  }

  /// How many failures of its index did not.
  static int ignoredFailuresBefore(Pod pod) {
    return count(pod, IGNORED_FAILURES);
  }

  private static int count(Pod pod, String annotation) {
    return notNegative(pod.metadata().annotations().getOrDefault(annotation, "0")).orElse(0);
  }

  private static OptionalInt notNegative(String text) {
    try {
      int number = Integer.parseInt(text);
      return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
    } catch (NumberFormatException _) {
      return OptionalInt.empty(); // Anybody may have written it.
    }
  }

  /// When it ended: with its last container; else when it was no longer ready; else when it was
  /// deleted. A pod of a node that is gone has only the last of them.
  static Instant endedAt(Pod pod) {
    return lastContainerEnd(pod)
        .or(() -> readyEnd(pod))
        .or(() -> deletion(pod))
        .orElseGet(
            () -> Objects.requireNonNullElse(pod.metadata().creationTimestamp(), Instant.EPOCH));
  }

  private static Optional<Instant> lastContainerEnd(Pod pod) {
    var sidecars =
        pod.spec().initContainers().stream()
            .filter(container -> "Always".equals(container.restartPolicy()))
            .map(container -> container.name())
            .toList();
    var ends =
        Stream.concat(
                pod.status().containerStatuses().stream(),
                pod.status().initContainerStatuses().stream()
                    .filter(status -> sidecars.contains(status.name())))
            .map(JobPods::endOf)
            .toList();
    boolean all = ends.stream().allMatch(Optional::isPresent);
    return all ? ends.stream().flatMap(Optional::stream).max(Instant::compareTo) : Optional.empty();
  }

  private static Optional<Instant> endOf(ContainerStatus status) {
    return Optional.ofNullable(status.state())
        .map(state -> state.terminated())
        .map(terminated -> terminated.finishedAt());
  }

  private static Optional<Instant> readyEnd(Pod pod) {
    return PodStates.condition(pod, "Ready")
        .filter(ready -> ready.status().equals("False"))
        .map(ready -> ready.lastTransitionTime());
  }

  private static Optional<Instant> deletion(Pod pod) {
    var grace = Objects.requireNonNullElse(pod.metadata().deletionGracePeriodSeconds(), 0L);
    return Optional.ofNullable(pod.metadata().deletionTimestamp())
        .map(deadline -> deadline.minusSeconds(grace));
  }

  /// How often the containers of pods that still run were started anew.
  static int restarts(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> List.of("Running", "Pending").contains(pod.status().phase()))
        .flatMap(
            pod ->
                Stream.concat(
                    pod.status().initContainerStatuses().stream(),
                    pod.status().containerStatuses().stream()))
        .mapToInt(ContainerStatus::restartCount)
        .sum();
  }
}

package io.kubejar.controllers.pods;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Questions about the state of a pod, answered as upstream answers them.
public final class PodStates {
  private PodStates() {}

  /// Whether its containers have ended for good.
  public static boolean isTerminal(Pod pod) {
    var phase = pod.status().phase();
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  public static boolean isBeingDeleted(Pod pod) {
    return pod.metadata().deletionTimestamp() != null;
  }

  /// Whether it counts as one of its owner's pods.
  public static boolean isActive(Pod pod) {
    return !isTerminal(pod) && !isBeingDeleted(pod);
  }

  /// Whether it is on its way out but not gone: it no longer counts, and still uses resources.
  public static boolean isTerminating(Pod pod) {
    return !isTerminal(pod) && isBeingDeleted(pod);
  }

  public static Optional<PodCondition> condition(Pod pod, String type) {
    return pod.status().conditions().stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst();
  }

  public static boolean isReady(Pod pod) {
    return condition(pod, "Ready").filter(ready -> ready.status().equals("True")).isPresent();
  }

  /// Since when it has been ready; empty if it is not, or if nobody noted the time.
  public static Optional<Instant> readySince(Pod pod) {
    return condition(pod, "Ready")
        .filter(ready -> ready.status().equals("True"))
        .map(PodCondition::lastTransitionTime);
  }

  /// Whether it has been ready for long enough.
  public static boolean isAvailable(Pod pod, int minReadySeconds, Instant now) {
    if (!isReady(pod)) {
      return false;
    }
    return minReadySeconds == 0
        || readySince(pod)
            .filter(since -> !since.plus(Duration.ofSeconds(minReadySeconds)).isAfter(now))
            .isPresent();
  }

  /// How long it takes until the next of these ready pods becomes available, if nothing happens to
  /// it; empty if none waits for its time.
  public static Optional<Duration> nextAvailable(List<Pod> pods, int minReadySeconds, Instant now) {
    return pods.stream()
        .flatMap(pod -> readySince(pod).stream())
        .map(since -> Duration.between(now, since.plus(Duration.ofSeconds(minReadySeconds))))
        .filter(Duration::isPositive)
        .min(Comparator.naturalOrder());
  }
}

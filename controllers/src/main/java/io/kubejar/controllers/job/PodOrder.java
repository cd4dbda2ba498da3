package io.kubejar.controllers.job;

import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.controllers.pods.PodStates;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;

/// Which pods a Job gives up first when it has too many: those that have come the shortest way.
/// Unlike those of a ReplicaSet they have no price, and their ages are told apart to the second.
final class PodOrder {
  static final Comparator<Pod> FIRST_TO_GO =
      Comparator.comparing((Pod pod) -> !pod.spec().nodeName().isEmpty())
          .thenComparingInt(PodOrder::phase)
          .thenComparing(PodStates::isReady)
          .thenComparing(PodOrder::readySince, Comparator.reverseOrder())
          .thenComparing(PodOrder::restarts, Comparator.reverseOrder())
          .thenComparing(PodOrder::created, Comparator.reverseOrder())
          .thenComparing(pod -> pod.metadata().uid());

  private PodOrder() {}

  private static int phase(Pod pod) {
    return switch (pod.status().phase()) {
      case "Pending", "" -> 0;
      case "Unknown" -> 1;
      default -> 2;
    };
  }

  private static Instant readySince(Pod pod) {
    return PodStates.readySince(pod).orElse(Instant.MAX);
  }

  private static int restarts(Pod pod) {
    return Stream.concat(
            pod.status().containerStatuses().stream(),
            pod.status().initContainerStatuses().stream())
        .mapToInt(ContainerStatus::restartCount)
        .max()
        .orElse(0);
  }

  private static Instant created(Pod pod) {
    return Objects.requireNonNullElse(pod.metadata().creationTimestamp(), Instant.MAX);
  }
}

package io.kubejar.controllers.replicaset;

import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.controllers.pods.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Which pods a scale-down takes first: those that are lost with the least harm.
final class PodValue {
  static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

  private PodValue() {}

  /// @param related the pods of all ReplicaSets of the same owner: where many of them share a node,
  ///   one can go
  static Comparator<Pod> leastValuableFirst(List<Pod> related, Instant now) {
    Map<String, Long> perNode =
        related.stream()
            .filter(PodStates::isActive)
            .collect(Collectors.groupingBy(pod -> pod.spec().nodeName(), Collectors.counting()));
    return Comparator.comparing((Pod pod) -> !pod.spec().nodeName().isEmpty())
        .thenComparingInt(PodValue::phaseOrder)
        .thenComparing(PodStates::isReady)
        .thenComparingInt(PodValue::deletionCost)
        .thenComparing(
            pod -> perNode.getOrDefault(pod.spec().nodeName(), 0L), Comparator.reverseOrder())
        .thenComparingInt(pod -> age(PodStates.readySince(pod).orElse(null), now))
        .thenComparingInt(pod -> -mostRestarts(pod))
        .thenComparingInt(pod -> age(pod.metadata().creationTimestamp(), now))
        .thenComparing(pod -> pod.metadata().uid());
  }

  private static int phaseOrder(Pod pod) {
    return switch (pod.status().phase()) {
      case "Pending", "" -> 0;
      case "Unknown" -> 1;
      default -> 2;
    };
  }

  private static int deletionCost(Pod pod) {
    var text = pod.metadata().annotations().getOrDefault(DELETION_COST, "0");
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      return 0; // The API server refuses such values; an old object may still have one.
    }
  }

  /// Powers of two: pods of about the same age are equal, so that the last rollout's pods are not
  /// all taken first.
  private static int age(@org.jspecify.annotations.Nullable Instant since, Instant now) {
    if (since == null) {
      return -1;
    }
    long seconds = Math.max(0, Duration.between(since, now).toSeconds());
    return 64 - Long.numberOfLeadingZeros(seconds);
  }

  private static int mostRestarts(Pod pod) {
    var status = Objects.requireNonNull(pod.status());
    return Stream.of(status.containerStatuses(), status.initContainerStatuses())
        .flatMapToInt(PodValue::restarts)
        .max()
        .orElse(0);
  }

  private static IntStream restarts(List<ContainerStatus> statuses) {
    return statuses.stream().mapToInt(ContainerStatus::restartCount);
  }
}

package io.kubejar.controllers.disruption;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.api.policy.v1.PodDisruptionBudgetStatus;
import io.kubejar.controllers.pods.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a budget's status should say. Pure: the same world gives the same plan.
///
/// @param status the new status
/// @param notDeleted pods whose eviction was granted long ago and that are still there
/// @param recheck when the first of the evictions that are waited for is given up
record BudgetPlan(
    PodDisruptionBudgetStatus status, List<Pod> notDeleted, Optional<Instant> recheck) {
  /// So long a pod whose eviction was granted may take until it is seen to be deleted.
  static final Duration DELETION_TIMEOUT = Duration.ofMinutes(2);

  BudgetPlan {
    notDeleted = List.copyOf(notDeleted);
  }

  /// @param pods those that the budget selects
  /// @param expected how many there should be
  static BudgetPlan of(PodDisruptionBudget budget, List<Pod> pods, int expected, Instant now) {
    var granted = budget.status().disruptedPods();
    Map<String, Instant> disrupted = new LinkedHashMap<>();
    var notDeleted = new ArrayList<Pod>();
    int healthy = 0;
    for (var pod : pods) {
      var since = granted.get(pod.metadata().name());
      if (PodStates.isBeingDeleted(pod)) {
        continue;
      }
      if (since != null && since.plus(DELETION_TIMEOUT).isAfter(now)) {
        disrupted.put(pod.metadata().name(), since);
        continue;
      }
      if (since != null) {
        notDeleted.add(pod);
      }
      healthy += PodStates.isReady(pod) ? 1 : 0;
    }
    var recheck =
        disrupted.values().stream()
            .map(since -> since.plus(DELETION_TIMEOUT))
            .min(Instant::compareTo);
    return new BudgetPlan(status(budget, healthy, expected, disrupted, now), notDeleted, recheck);
  }

  private static PodDisruptionBudgetStatus status(
      PodDisruptionBudget budget,
      int healthy,
      int expected,
      Map<String, Instant> disrupted,
      Instant now) {
    int desired = desiredHealthy(budget, expected);
    // A budget without pods allows nothing: its first pods may appear before they are counted.
    int allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
    var status =
        PodDisruptionBudgetStatus.builder()
            .currentHealthy(healthy)
            .desiredHealthy(desired)
            .expectedPods(expected)
            .disruptionsAllowed(allowed)
            .disruptedPods(disrupted)
            .observedGeneration(budget.metadata().generation())
            .conditions(budget.status().conditions())
            .build();
    return DisruptionAllowed.of(status, now);
  }

  /// Whether it counts in parts of what the workloads want, and not the pods that are there.
  static boolean needsScale(PodDisruptionBudget budget) {
    var least = budget.spec().minAvailable();
    return budget.spec().maxUnavailable() != null || (least != null && !least.isInt());
  }

  private static int desiredHealthy(PodDisruptionBudget budget, int expected) {
    var most = budget.spec().maxUnavailable();
    if (most != null) {
      return Math.max(0, expected - most.scaled(expected, true));
    }
    var least = budget.spec().minAvailable();
    return least == null ? 0 : least.scaled(expected, true);
  }
}

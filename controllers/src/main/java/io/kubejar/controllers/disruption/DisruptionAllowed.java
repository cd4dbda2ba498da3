package io.kubejar.controllers.disruption;

import io.kubejar.api.policy.v1.PodDisruptionBudgetStatus;
import io.kubejar.apimachinery.meta.v1.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;

/// The condition that says in words whether a pod of the budget may be evicted.
final class DisruptionAllowed {
  static final String TYPE = "DisruptionAllowed";

  private DisruptionAllowed() {}

  /// The status with the condition that fits its numbers.
  static PodDisruptionBudgetStatus of(PodDisruptionBudgetStatus status, Instant now) {
    boolean allowed = status.disruptionsAllowed() > 0;
    return with(status, allowed, allowed ? "SufficientPods" : "InsufficientPods", "", now);
  }

  /// The status of a budget that nobody can count now: no pod may be evicted.
  static PodDisruptionBudgetStatus syncFailed(
      PodDisruptionBudgetStatus status, String why, Instant now) {
    return with(status.withDisruptionsAllowed(0), false, "SyncFailed", why, now);
  }

  private static PodDisruptionBudgetStatus with(
      PodDisruptionBudgetStatus status,
      boolean allowed,
      String reason,
      String message,
      Instant now) {
    var since = now.truncatedTo(ChronoUnit.SECONDS); // As it is kept.
    var value = allowed ? "True" : "False";
    var conditions = new ArrayList<Condition>();
    int at = -1;
    for (var each : status.conditions()) {
      if (each.type().equals(TYPE)) {
        at = conditions.size();
        if (each.status().equals(value) && each.lastTransitionTime() != null) {
          since = each.lastTransitionTime();
        }
      }
      conditions.add(each);
    }
    var condition =
        Condition.EMPTY
            .withType(TYPE)
            .withStatus(value)
            .withReason(reason)
            .withMessage(message)
            .withObservedGeneration(status.observedGeneration())
            .withLastTransitionTime(since);
    if (at < 0) {
      conditions.add(condition);
    } else {
      conditions.set(at, condition);
    }
    return status.withConditions(conditions);
  }
}

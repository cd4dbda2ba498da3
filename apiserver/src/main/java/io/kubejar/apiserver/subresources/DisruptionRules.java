package io.kubejar.apiserver.subresources;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.api.policy.v1.PodDisruptionBudgetStatus;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.meta.v1.Condition;
import io.kubejar.apimachinery.meta.v1.StatusCause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/// What a disruption budget says about one more pod that goes. Pure.
final class DisruptionRules {
  private static final int RETRY_AFTER_SECONDS = 10;

  /// So many evictions may wait for the controller to notice them.
  private static final int UNNOTICED_MAX = 2000;

  private static final GroupResource BUDGET = new GroupResource("policy", "poddisruptionbudget");
  private static final String VIOLATED =
      "Cannot evict pod as it would violate the pod's disruption budget.";
  private static final String CONDITION = "DisruptionAllowed";

  private DisruptionRules() {}

  /// Whether a pod counts for nothing in the budget, as it is not healthy.
  static boolean costsNothing(PodDisruptionBudget budget, Pod pod) {
    boolean ready =
        pod.status().conditions().stream()
            .anyMatch(it -> it.type().equals("Ready") && it.status().equals("True"));
    if (ready) {
      return false;
    }
    var status = budget.status();
    return "AlwaysAllow".equals(budget.spec().unhealthyPodEvictionPolicy())
        || (status.currentHealthy() >= status.desiredHealthy() && status.desiredHealthy() > 0);
  }

  /// The budget after this pod has gone.
  ///
  /// @throws ApiException 429 if it does not allow that now, 403 if it is in a bad state
  static PodDisruptionBudget spent(PodDisruptionBudget budget, String pod, Instant now) {
    var status = budget.status();
    var name = budget.metadata().name();
    if (status.observedGeneration() < budget.metadata().generation()) {
      throw tooEarly(name);
    }
    if (status.disruptionsAllowed() < 0) {
      throw ApiException.forbidden(BUDGET, name, "pdb disruptions allowed is negative");
    }
    if (status.disruptedPods().size() > UNNOTICED_MAX) {
      throw ApiException.forbidden(
          BUDGET,
          name,
          "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
    }
    if (status.disruptionsAllowed() == 0) {
      throw ApiException.tooManyRequests(VIOLATED, 0).withCause(cause(whyNot(budget)));
    }
    var disrupted = new LinkedHashMap<>(status.disruptedPods());
    disrupted.put(pod, now);
    int left = status.disruptionsAllowed() - 1;
    var spent = status.withDisruptionsAllowed(left).withDisruptedPods(disrupted);
    return budget.withStatus(left == 0 ? exhausted(spent, now) : spent);
  }

  /// Numbers say nothing where the controller could not count.
  private static String whyNot(PodDisruptionBudget budget) {
    var status = budget.status();
    var name = budget.metadata().name();
    var refused =
        status.conditions().stream()
            .filter(it -> it.type().equals(CONDITION) && it.status().equals("False"))
            .filter(it -> !it.message().isEmpty())
            .findFirst();
    if (refused.filter(it -> it.reason().equals("SyncFailed")).isPresent()) {
      return "The disruption budget %s does not allow evicting pods currently because it failed sync: %s"
          .formatted(name, refused.get().message());
    }
    if (status.currentHealthy() <= status.desiredHealthy()) {
      return "The disruption budget %s needs %d healthy pods and has %d currently"
          .formatted(name, status.desiredHealthy(), status.currentHealthy());
    }
    var words = "The disruption budget " + name + " does not allow evicting pods currently";
    return refused
        .map(it -> "%s (%s): %s".formatted(words, it.reason(), it.message()))
        .orElse(words);
  }

  private static PodDisruptionBudgetStatus exhausted(
      PodDisruptionBudgetStatus status, Instant now) {
    var conditions = new ArrayList<Condition>();
    var since = now;
    for (var each : status.conditions()) {
      if (!each.type().equals(CONDITION)) {
        conditions.add(each);
      } else if (each.status().equals("False") && each.lastTransitionTime() != null) {
        since = each.lastTransitionTime();
      }
    }
    conditions.add(
        Condition.EMPTY
            .withType(CONDITION)
            .withStatus("False")
            .withReason("InsufficientPods")
            .withObservedGeneration(status.observedGeneration())
            .withLastTransitionTime(since));
    return status.withConditions(conditions);
  }

  /// The controller has yet to look at the budget, or at the pod.
  static ApiException tooEarly(String budget) {
    return ApiException.tooManyRequests(VIOLATED, RETRY_AFTER_SECONDS)
        .withCause(
            cause("The disruption budget " + budget + " is still being processed by the server."));
  }

  private static StatusCause cause(String message) {
    return StatusCause.EMPTY.withReason("DisruptionBudget").withMessage(message);
  }
}

package io.kubejar.controllers.deployment;

import io.kubejar.api.apps.v1.DeploymentCondition;
import io.kubejar.api.apps.v1.DeploymentStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Optional;

/// The conditions in a Deployment's status.
final class Conditions {
  static final String PROGRESSING = "Progressing";
  static final String REPLICA_FAILURE = "ReplicaFailure";
  static final String NEW_SET_AVAILABLE = "NewReplicaSetAvailable";
  static final String TIMED_OUT = "ProgressDeadlineExceeded";
  static final String PAUSED = "DeploymentPaused";
  static final String RESUMED = "DeploymentResumed";

  private Conditions() {}

  static DeploymentCondition of(
      String type, String status, String reason, String message, Instant now) {
    var second = now.truncatedTo(ChronoUnit.SECONDS); // As it is kept.
    return new DeploymentCondition(type, status, reason, message, second, second);
  }

  static Optional<DeploymentCondition> find(DeploymentStatus status, String type) {
    return status.conditions().stream().filter(known -> known.type().equals(type)).findFirst();
  }

  /// Sets a condition. One that says the same as before stays as it is.
  static DeploymentStatus set(DeploymentStatus status, DeploymentCondition condition) {
    var known = find(status, condition.type());
    if (known.isPresent()
        && known.get().status().equals(condition.status())
        && known.get().reason().equals(condition.reason())) {
      return status;
    }
    return refresh(status, condition);
  }

  /// Sets a condition even if it says the same, for its time of update.
  static DeploymentStatus refresh(DeploymentStatus status, DeploymentCondition condition) {
    var known = find(status, condition.type());
    var transition =
        known.isPresent() && known.get().status().equals(condition.status())
            ? known.get().lastTransitionTime()
            : condition.lastTransitionTime();
    var all = new ArrayList<>(without(status, condition.type()).conditions());
    all.add(condition.withLastTransitionTime(transition));
    return status.withConditions(all);
  }

  static DeploymentStatus without(DeploymentStatus status, String type) {
    return status.withConditions(
        status.conditions().stream().filter(known -> !known.type().equals(type)).toList());
  }
}

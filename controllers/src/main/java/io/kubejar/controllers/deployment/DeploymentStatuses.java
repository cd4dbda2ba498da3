package io.kubejar.controllers.deployment;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.DeploymentStatus;
import io.kubejar.api.apps.v1.ReplicaSet;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;

/// What a Deployment's status says about its ReplicaSets. Pure.
final class DeploymentStatuses {
  private DeploymentStatuses() {}

  /// The counts and whether enough pods are available.
  static DeploymentStatus counted(Rollout rollout, Instant now) {
    var deployment = rollout.deployment();
    var all = rollout.all();
    int available = Rollout.available(all);
    var status =
        deployment.status().toBuilder()
            .observedGeneration(deployment.metadata().generation())
            .replicas(sum(all, set -> set.status().replicas()))
            .updatedReplicas(rollout.newSet().map(set -> set.status().replicas()).orElse(0))
            .readyReplicas(sum(all, set -> set.status().readyReplicas()))
            .availableReplicas(available)
            .unavailableReplicas(Math.max(0, Rollout.sizes(all) - available))
            .terminatingReplicas(
                sum(all, set -> Objects.requireNonNullElse(set.status().terminatingReplicas(), 0)))
            .build();
    boolean enough = available >= rollout.wanted() - rollout.fenceposts().maxUnavailable();
    var condition =
        enough
            ? Conditions.of(
                "Available",
                "True",
                "MinimumReplicasAvailable",
                "Deployment has minimum availability.",
                now)
            : Conditions.of(
                "Available",
                "False",
                "MinimumReplicasUnavailable",
                "Deployment does not have minimum availability.",
                now);
    return Conditions.set(status, condition);
  }

  /// The counts, and how the rollout goes on.
  static DeploymentStatus ofRollout(Rollout rollout, Instant now) {
    var status = counted(rollout, now);
    var deployment = rollout.deployment();
    var deadline = deployment.spec().progressDeadlineSeconds();
    if (!hasDeadline(deployment)) {
      status = Conditions.without(status, Conditions.PROGRESSING);
    } else if (!isKnownToBeDone(status)) {
      status = withProgress(rollout, status, Objects.requireNonNull(deadline), now);
    }
    return withReplicaFailure(rollout, status, now);
  }

  /// The largest number stands for "no deadline".
  static boolean hasDeadline(Deployment deployment) {
    var deadline = deployment.spec().progressDeadlineSeconds();
    return deadline != null && deadline != Integer.MAX_VALUE;
  }

  static boolean isComplete(Deployment deployment, DeploymentStatus status) {
    int wanted = Fenceposts.replicas(deployment);
    return status.updatedReplicas() == wanted
        && status.replicas() == wanted
        && status.availableReplicas() == wanted
        && status.observedGeneration() >= deployment.metadata().generation();
  }

  private static boolean isKnownToBeDone(DeploymentStatus status) {
    return status.replicas() == status.updatedReplicas()
        && Conditions.find(status, Conditions.PROGRESSING)
            .filter(known -> known.reason().equals(Conditions.NEW_SET_AVAILABLE))
            .isPresent();
  }

  private static DeploymentStatus withProgress(
      Rollout rollout, DeploymentStatus status, int deadlineSeconds, Instant now) {
    var deployment = rollout.deployment();
    var what =
        rollout
            .newSet()
            .map(set -> "ReplicaSet \"" + set.metadata().name() + "\"")
            .orElse("Deployment \"" + deployment.metadata().name() + "\"");
    var type = Conditions.PROGRESSING;
    if (isComplete(deployment, status)) {
      return Conditions.set(
          status,
          Conditions.of(
              type,
              "True",
              Conditions.NEW_SET_AVAILABLE,
              what + " has successfully progressed.",
              now));
    }
    if (hasProgressed(deployment.status(), status)) {
      var condition =
          Conditions.of(type, "True", "ReplicaSetUpdated", what + " is progressing.", now);
      return Conditions.refresh(status, condition);
    }
    if (hasTimedOut(status, deadlineSeconds, now)) {
      return Conditions.set(
          status,
          Conditions.of(
              type, "False", Conditions.TIMED_OUT, what + " has timed out progressing.", now));
    }
    return status;
  }

  private static boolean hasProgressed(DeploymentStatus before, DeploymentStatus now) {
    return now.updatedReplicas() > before.updatedReplicas()
        || now.replicas() - now.updatedReplicas() < before.replicas() - before.updatedReplicas()
        || now.readyReplicas() > before.readyReplicas()
        || now.availableReplicas() > before.availableReplicas();
  }

  private static boolean hasTimedOut(DeploymentStatus status, int deadlineSeconds, Instant now) {
    var known = Conditions.find(status, Conditions.PROGRESSING);
    if (known.isEmpty() || known.get().reason().equals(Conditions.NEW_SET_AVAILABLE)) {
      return false;
    }
    if (known.get().reason().equals(Conditions.TIMED_OUT)) {
      return true;
    }
    var since = known.get().lastUpdateTime();
    return since != null && since.plusSeconds(deadlineSeconds).isBefore(now);
  }

  private static DeploymentStatus withReplicaFailure(
      Rollout rollout, DeploymentStatus status, Instant now) {
    var sets =
        rollout.newSet().isPresent()
            ? List.of(rollout.newSet().get())
            : rollout.oldSets().reversed();
    var failure =
        sets.stream()
            .flatMap(set -> set.status().conditions().stream())
            .filter(condition -> condition.type().equals(Conditions.REPLICA_FAILURE))
            .findFirst();
    if (failure.isEmpty()) {
      return Conditions.without(status, Conditions.REPLICA_FAILURE);
    }
    var found = failure.get();
    return Conditions.set(
        status, Conditions.of(found.type(), found.status(), found.reason(), found.message(), now));
  }

  private static int sum(List<ReplicaSet> sets, ToIntFunction<ReplicaSet> count) {
    return sets.stream().mapToInt(count).sum();
  }
}

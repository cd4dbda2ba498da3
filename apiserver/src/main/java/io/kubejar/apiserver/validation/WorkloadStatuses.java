package io.kubejar.apiserver.validation;

import io.kubejar.api.apps.v1.DaemonSetStatus;
import io.kubejar.api.apps.v1.DeploymentStatus;
import io.kubejar.api.apps.v1.ReplicaSetStatus;
import io.kubejar.api.apps.v1.StatefulSetStatus;
import io.kubejar.api.core.v1.ReplicationControllerStatus;
import org.jspecify.annotations.Nullable;

/// What controllers may report of what runs pods: numbers that fit together.
final class WorkloadStatuses {
  private static final String TOO_MANY = "cannot be greater than status.replicas";
  private static final String NOT_READY = "cannot be greater than readyReplicas";

  private WorkloadStatuses() {}

  static void deployment(Check at, DeploymentStatus now, DeploymentStatus old) {
    at.at("observedGeneration").nonNegative(now.observedGeneration());
    at.at("replicas").nonNegative(now.replicas());
    at.at("updatedReplicas").nonNegative(now.updatedReplicas());
    at.at("readyReplicas").nonNegative(now.readyReplicas());
    at.at("availableReplicas").nonNegative(now.availableReplicas());
    at.at("unavailableReplicas").nonNegative(now.unavailableReplicas());
    at.at("terminatingReplicas").nonNegative(now.terminatingReplicas());
    at.at("collisionCount").nonNegative(now.collisionCount());
    atMost(at.at("updatedReplicas"), now.updatedReplicas(), now.replicas(), TOO_MANY);
    ready(at, now.replicas(), now.readyReplicas(), now.availableReplicas(), NOT_READY);
    notDecremented(at.at("collisionCount"), now.collisionCount(), old.collisionCount());
  }

  static void replicaSet(Check at, ReplicaSetStatus now) {
    replicas(
        at,
        now.replicas(),
        now.fullyLabeledReplicas(),
        now.readyReplicas(),
        now.availableReplicas(),
        now.observedGeneration());
    at.at("terminatingReplicas").nonNegative(now.terminatingReplicas());
    labeled(at, now.replicas(), now.fullyLabeledReplicas());
    ready(at, now.replicas(), now.readyReplicas(), now.availableReplicas(), NOT_READY);
  }

  static void replicationController(Check at, ReplicationControllerStatus now) {
    replicas(
        at,
        now.replicas(),
        now.fullyLabeledReplicas(),
        now.readyReplicas(),
        now.availableReplicas(),
        now.observedGeneration());
    labeled(at, now.replicas(), now.fullyLabeledReplicas());
    ready(at, now.replicas(), now.readyReplicas(), now.availableReplicas(), NOT_READY);
  }

  private static void replicas(
      Check at, int replicas, int labeled, int ready, int available, long generation) {
    at.at("replicas").nonNegative(replicas);
    at.at("fullyLabeledReplicas").nonNegative(labeled);
    at.at("readyReplicas").nonNegative(ready);
    at.at("availableReplicas").nonNegative(available);
    at.at("observedGeneration").nonNegative(generation);
  }

  private static void labeled(Check at, int replicas, int labeled) {
    atMost(at.at("fullyLabeledReplicas"), labeled, replicas, TOO_MANY);
  }

  private static void ready(Check at, int replicas, int ready, int available, String notReady) {
    atMost(at.at("readyReplicas"), ready, replicas, TOO_MANY);
    atMost(at.at("availableReplicas"), available, replicas, TOO_MANY);
    atMost(at.at("availableReplicas"), available, ready, notReady);
  }

  private static void atMost(Check at, int value, int most, String detail) {
    if (value > most) {
      at.invalid(value, detail);
    }
  }

  static void statefulSet(Check at, StatefulSetStatus now, StatefulSetStatus old) {
    at.at("replicas").nonNegative(now.replicas());
    at.at("readyReplicas").nonNegative(now.readyReplicas());
    at.at("currentReplicas").nonNegative(now.currentReplicas());
    at.at("updatedReplicas").nonNegative(now.updatedReplicas());
    at.at("availableReplicas").nonNegative(now.availableReplicas());
    at.at("observedGeneration").nonNegative(now.observedGeneration());
    at.at("collisionCount").nonNegative(now.collisionCount());
    int all = now.replicas();
    atMost(at.at("readyReplicas"), now.readyReplicas(), all, TOO_MANY);
    atMost(at.at("currentReplicas"), now.currentReplicas(), all, TOO_MANY);
    atMost(at.at("updatedReplicas"), now.updatedReplicas(), all, TOO_MANY);
    atMost(at.at("availableReplicas"), now.availableReplicas(), all, TOO_MANY);
    atMost(
        at.at("availableReplicas"),
        now.availableReplicas(),
        now.readyReplicas(),
        "cannot be greater than status.readyReplicas");
    notDecremented(at.at("collisionCount"), now.collisionCount(), old.collisionCount());
  }

  static void daemonSet(Check at, DaemonSetStatus now, DaemonSetStatus old) {
    at.at("currentNumberScheduled").nonNegative(now.currentNumberScheduled());
    at.at("numberMisscheduled").nonNegative(now.numberMisscheduled());
    at.at("desiredNumberScheduled").nonNegative(now.desiredNumberScheduled());
    at.at("numberReady").nonNegative(now.numberReady());
    at.at("observedGeneration").nonNegative(now.observedGeneration());
    at.at("updatedNumberScheduled").nonNegative(now.updatedNumberScheduled());
    at.at("numberAvailable").nonNegative(now.numberAvailable());
    at.at("numberUnavailable").nonNegative(now.numberUnavailable());
    at.at("collisionCount").nonNegative(now.collisionCount());
    notDecremented(at.at("collisionCount"), now.collisionCount(), old.collisionCount());
  }

  private static void notDecremented(Check at, @Nullable Integer now, @Nullable Integer old) {
    int value = now == null ? 0 : now;
    if (old != null && (now == null || now < old)) {
      at.invalid(value, "cannot be decremented");
    }
  }
}

package io.kubejar.controllers.replicaset;

import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.apps.v1.ReplicaSetCondition;
import io.kubejar.api.apps.v1.ReplicaSetStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.controllers.pods.PodStates;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a ReplicaSet's status says about the pods it owns. Pure.
final class ReplicaStatus {
  private static final String REPLICA_FAILURE = "ReplicaFailure";

  private ReplicaStatus() {}

  /// @param failure why the size could not be reached, if something was refused
  static ReplicaSetStatus of(
      ReplicaSet replicaSet, List<Pod> owned, Optional<Failure> failure, Instant now) {
    var active = owned.stream().filter(PodStates::isActive).toList();
    var labels = replicaSet.spec().template().metadata().labels();
    int minReadySeconds = replicaSet.spec().minReadySeconds();
    return ReplicaSetStatus.builder()
        .replicas(active.size())
        .fullyLabeledReplicas(
            count(active, pod -> pod.metadata().labels().entrySet().containsAll(labels.entrySet())))
        .readyReplicas(count(active, PodStates::isReady))
        .availableReplicas(count(active, pod -> PodStates.isAvailable(pod, minReadySeconds, now)))
        .terminatingReplicas(count(owned, PodStates::isTerminating))
        .observedGeneration(replicaSet.metadata().generation())
        .conditions(conditions(replicaSet.status().conditions(), failure, now))
        .build();
  }

  private static int count(List<Pod> pods, java.util.function.Predicate<Pod> which) {
    return (int) pods.stream().filter(which).count();
  }

  /// The condition stands as it was set first for as long as the size cannot be reached.
  private static List<ReplicaSetCondition> conditions(
      List<ReplicaSetCondition> known, Optional<Failure> failure, Instant now) {
    var result = new ArrayList<ReplicaSetCondition>();
    boolean stands = false;
    for (var condition : known) {
      if (!condition.type().equals(REPLICA_FAILURE)) {
        result.add(condition);
      } else if (failure.isPresent()) {
        result.add(condition);
        stands = true;
      }
    }
    if (failure.isPresent() && !stands) {
      result.add(
          ReplicaSetCondition.builder()
              .type(REPLICA_FAILURE)
              .status("True")
              .reason(failure.get().reason())
              .message(failure.get().message())
              .lastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS))
              .build());
    }
    return result;
  }

  /// A refused creation or deletion, as a condition shows it.
  record Failure(String reason, String message) {}
}

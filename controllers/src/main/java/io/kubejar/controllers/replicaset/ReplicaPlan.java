package io.kubejar.controllers.replicaset;

import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.controllers.pods.PodStates;
import java.time.Instant;
import java.util.List;

/// What brings a ReplicaSet to its size. Pure: the same world gives the same plan.
///
/// @param create how many pods to create
/// @param delete which pods to delete, the least valuable first
record ReplicaPlan(int create, List<Pod> delete) {
  /// One huge set must not starve the others.
  static final int BURST = 500;

  static ReplicaPlan of(ReplicaSet replicaSet, List<Pod> owned, List<Pod> related, Instant now) {
    var active = owned.stream().filter(PodStates::isActive).toList();
    int missing = Replicas.wanted(replicaSet) - active.size();
    if (missing >= 0) {
      return new ReplicaPlan(Math.min(missing, BURST), List.of());
    }
    var surplus =
        active.stream()
            .sorted(PodValue.leastValuableFirst(related, now))
            .limit(Math.min(-missing, BURST))
            .toList();
    return new ReplicaPlan(0, surplus);
  }
}

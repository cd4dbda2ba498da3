package io.kubejar.controllers.deployment;

import io.kubejar.api.apps.v1.ReplicaSet;
import java.util.Comparator;
import java.util.List;

/// Which old ReplicaSets are not kept for a rollback any more. Pure.
final class CleanupPlan {
  private CleanupPlan() {}

  static List<ReplicaSet> of(Rollout rollout) {
    var limit = rollout.deployment().spec().revisionHistoryLimit();
    if (limit == null) {
      return List.of();
    }
    var alive =
        rollout.oldSets().stream()
            .filter(set -> set.metadata().deletionTimestamp() == null)
            .sorted(
                Comparator.<ReplicaSet, Long>comparing(Revisions::revision)
                    .thenComparing(Rollout.OLDEST_FIRST))
            .toList();
    return alive.stream()
        .limit(Math.max(0, alive.size() - limit))
        .filter(CleanupPlan::isEmptyForSure)
        .toList();
  }

  private static boolean isEmptyForSure(ReplicaSet set) {
    return Rollout.size(set) == 0
        && set.status().replicas() == 0
        && set.metadata().generation() <= set.status().observedGeneration();
  }
}

package io.kubejar.controllers.statefulset;

import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.apps.v1.StatefulSetStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.controllers.pods.PodStates;
import java.util.function.Predicate;

/// What a StatefulSet's status says about its pods. Pure.
final class StatefulStatus {
  private StatefulStatus() {}

  /// @param collisions how many names of revisions were in use
  /// @param outdatedDeleted whether a pod has just been deleted for the update's sake
  static StatefulSetStatus of(Members members, int collisions, boolean outdatedDeleted) {
    var set = members.set();
    var status =
        StatefulSetStatus.builder()
            .observedGeneration(set.metadata().generation())
            .currentRevision(members.current().name())
            .updateRevision(members.update().name())
            .collisionCount(collisions)
            .replicas(count(members, Members::isCreated))
            .readyReplicas(count(members, Members::isRunningAndReady))
            .availableReplicas(
                count(members, pod -> Members.isRunningAndReady(pod) && members.isAvailable(pod)))
            .currentReplicas(count(members, isOf(members.current())) - (outdatedDeleted ? 1 : 0))
            .updatedReplicas(count(members, isOf(members.update())))
            .build();
    return isComplete(set, status)
        ? status
            .withCurrentRevision(status.updateRevision())
            .withCurrentReplicas(status.updatedReplicas())
        : status;
  }

  /// Whether the status is worth a write. Conditions are nobody's but the user's.
  static boolean isNews(StatefulSetStatus known, StatefulSetStatus status) {
    return status.observedGeneration() > known.observedGeneration()
        || status.replicas() != known.replicas()
        || status.currentReplicas() != known.currentReplicas()
        || status.readyReplicas() != known.readyReplicas()
        || status.updatedReplicas() != known.updatedReplicas()
        || status.availableReplicas() != known.availableReplicas()
        || !status.currentRevision().equals(known.currentRevision())
        || !status.updateRevision().equals(known.updateRevision());
  }

  /// Whether a rollout has come to its end: what it went to is what is there.
  private static boolean isComplete(StatefulSet set, StatefulSetStatus status) {
    int wanted = Ordinals.of(set).count();
    return set.spec().updateStrategy().type().equals("RollingUpdate")
        && status.updatedReplicas() == wanted
        && status.readyReplicas() == wanted
        && status.replicas() == wanted;
  }

  private static Predicate<Pod> isOf(Members.Revision revision) {
    return pod ->
        Members.isCreated(pod)
            && !PodStates.isBeingDeleted(pod)
            && Identity.revision(pod).equals(revision.name());
  }

  private static int count(Members members, Predicate<Pod> which) {
    return (int) members.all().filter(which).count();
  }
}

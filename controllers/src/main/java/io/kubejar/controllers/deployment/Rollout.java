package io.kubejar.controllers.deployment;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A Deployment and its ReplicaSets at one moment.
///
/// @param newSet the one of the current template, if it exists
/// @param oldSets all others, the oldest first
record Rollout(Deployment deployment, Optional<ReplicaSet> newSet, List<ReplicaSet> oldSets) {
  static final Comparator<ReplicaSet> OLDEST_FIRST =
      Comparator.comparing(
              (ReplicaSet set) ->
                  Objects.requireNonNullElse(set.metadata().creationTimestamp(), Instant.MAX))
          .thenComparing(set -> set.metadata().name());

  /// Sorts the sets into new and old. Of several with the current template the oldest is the new
  /// one.
  static Rollout of(Deployment deployment, List<ReplicaSet> owned) {
    var sorted = owned.stream().sorted(OLDEST_FIRST).toList();
    var template = deployment.spec().template();
    var current =
        sorted.stream()
            .filter(set -> Templates.sameTemplate(set.spec().template(), template))
            .findFirst();
    var old =
        sorted.stream().filter(set -> current.isEmpty() || !set.equals(current.get())).toList();
    return new Rollout(deployment, current, old);
  }

  List<ReplicaSet> all() {
    var all = new ArrayList<>(oldSets);
    newSet.ifPresent(all::add);
    return all;
  }

  List<ReplicaSet> active() {
    return all().stream().filter(set -> size(set) > 0).toList();
  }

  List<ReplicaSet> activeOld() {
    return oldSets.stream().filter(set -> size(set) > 0).toList();
  }

  int wanted() {
    return Fenceposts.replicas(deployment);
  }

  Fenceposts fenceposts() {
    return Fenceposts.of(deployment);
  }

  boolean isRolling() {
    return !deployment.spec().strategy().type().equals("Recreate");
  }

  /// What a ReplicaSet is asked to have.
  static int size(ReplicaSet set) {
    return Objects.requireNonNullElse(set.spec().replicas(), 1);
  }

  static int sizes(List<ReplicaSet> sets) {
    return sets.stream().mapToInt(Rollout::size).sum();
  }

  static int available(List<ReplicaSet> sets) {
    return sets.stream().mapToInt(set -> set.status().availableReplicas()).sum();
  }

  /// How large the new set may be now: it grows as far as the surge allows, and never shrinks here.
  static int newSetSize(Deployment deployment, List<ReplicaSet> all, int current) {
    int wanted = Fenceposts.replicas(deployment);
    if (deployment.spec().strategy().type().equals("Recreate")) {
      return wanted;
    }
    int total = sizes(all);
    int totalMax = wanted + Fenceposts.of(deployment).maxSurge();
    if (total >= totalMax) {
      return current;
    }
    return current + Math.max(0, Math.min(totalMax - total, wanted - current));
  }
}

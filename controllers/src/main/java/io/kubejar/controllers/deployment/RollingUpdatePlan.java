package io.kubejar.controllers.deployment;

import io.kubejar.api.apps.v1.ReplicaSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The next step of a rolling update. Pure.
///
/// The new set goes first; only when it cannot grow do the old ones shrink, and never so far that
/// fewer pods are available than the Deployment allows.
final class RollingUpdatePlan {
  private RollingUpdatePlan() {}

  static List<Scaling> of(Rollout rollout, ReplicaSet newSet) {
    int wanted = rollout.wanted();
    int current = Rollout.size(newSet);
    if (current > wanted) {
      return List.of(new Scaling(newSet, wanted));
    }
    int grown = Rollout.newSetSize(rollout.deployment(), rollout.all(), current);
    if (grown != current) {
      return List.of(new Scaling(newSet, grown));
    }
    return shrinkOld(rollout, newSet);
  }

  private static List<Scaling> shrinkOld(Rollout rollout, ReplicaSet newSet) {
    var old = rollout.activeOld();
    int availableMin = rollout.wanted() - rollout.fenceposts().maxUnavailable();
    int newUnavailable = Rollout.size(newSet) - newSet.status().availableReplicas();
    int spare = Rollout.sizes(rollout.all()) - availableMin - newUnavailable;
    if (old.isEmpty() || spare <= 0) {
      return List.of();
    }
    Map<ReplicaSet, Integer> sizes = new LinkedHashMap<>();
    old.forEach(set -> sizes.put(set, Rollout.size(set)));
    dropUnavailable(sizes, spare);
    dropAvailable(sizes, Rollout.available(rollout.all()) - availableMin);
    var scalings = new ArrayList<Scaling>();
    sizes.forEach(
        (set, size) -> {
          if (size != Rollout.size(set)) {
            scalings.add(new Scaling(set, size));
          }
        });
    return scalings;
  }

  /// Old pods that do not work are no loss, and would otherwise block the rollout.
  private static void dropUnavailable(Map<ReplicaSet, Integer> sizes, int spare) {
    int left = spare;
    for (var entry : sizes.entrySet()) {
      int unavailable = entry.getValue() - entry.getKey().status().availableReplicas();
      int drop = Math.min(left, unavailable);
      if (drop > 0) {
        entry.setValue(entry.getValue() - drop);
        left -= drop;
      }
    }
  }

  private static void dropAvailable(Map<ReplicaSet, Integer> sizes, int spare) {
    int left = spare;
    for (var entry : sizes.entrySet()) {
      int drop = Math.min(left, entry.getValue());
      if (drop > 0) {
        entry.setValue(entry.getValue() - drop);
        left -= drop;
      }
    }
  }
}

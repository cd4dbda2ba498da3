package io.kubejar.controllers.deployment;

import io.kubejar.api.apps.v1.ReplicaSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// How a changed size of the Deployment is shared among its ReplicaSets. Pure.
///
/// In the middle of a rollout every set gets its part in proportion to its size, so that a rollout
/// that goes wrong does not get all the new pods.
final class ScalePlan {
  private ScalePlan() {}

  /// Whether the Deployment's size has changed since its sets were last scaled.
  static boolean isNeeded(Rollout rollout) {
    return rollout.active().stream()
        .map(Revisions::desired)
        .anyMatch(desired -> desired.isPresent() && desired.getAsInt() != rollout.wanted());
  }

  static List<Scaling> of(Rollout rollout) {
    var only = activeOrLatest(rollout);
    if (only.isPresent()) {
      var set = only.get();
      return Rollout.size(set) == rollout.wanted()
          ? List.of()
          : List.of(new Scaling(set, rollout.wanted()));
    }
    if (isSaturated(rollout)) {
      return rollout.activeOld().stream().map(set -> new Scaling(set, 0)).toList();
    }
    return rollout.isRolling() ? proportional(rollout) : List.of();
  }

  /// The set that alone matters: the only one with pods or, without pods, the newest.
  private static Optional<ReplicaSet> activeOrLatest(Rollout rollout) {
    var active = rollout.active();
    return switch (active.size()) {
      case 0 ->
          rollout.newSet().isPresent()
              ? rollout.newSet()
              : rollout.oldSets().stream().max(Rollout.OLDEST_FIRST);
      case 1 -> Optional.of(active.getFirst());
      default -> Optional.empty();
    };
  }

  private static boolean isSaturated(Rollout rollout) {
    int wanted = rollout.wanted();
    return rollout
        .newSet()
        .filter(set -> Rollout.size(set) == wanted)
        .filter(set -> Revisions.desired(set).orElse(-1) == wanted)
        .filter(set -> set.status().availableReplicas() == wanted)
        .isPresent();
  }

  private static List<Scaling> proportional(Rollout rollout) {
    int allowed = rollout.wanted() > 0 ? rollout.wanted() + rollout.fenceposts().maxSurge() : 0;
    int toAdd = allowed - Rollout.sizes(rollout.active());
    var bySize = Comparator.comparingInt(Rollout::size).reversed();
    // What is left over goes to the first: when growing a new set, when shrinking an old one.
    var order = toAdd > 0 ? Rollout.OLDEST_FIRST.reversed() : Rollout.OLDEST_FIRST;
    var sets = rollout.active().stream().sorted(bySize.thenComparing(order)).toList();
    var sizes = new ArrayList<Integer>();
    int added = 0;
    for (var set : sets) {
      int part = toAdd == 0 ? 0 : proportion(rollout, set, toAdd, added);
      sizes.add(Rollout.size(set) + part);
      added += part;
    }
    if (!sets.isEmpty() && toAdd != 0) {
      sizes.set(0, Math.max(0, sizes.getFirst() + toAdd - added));
    }
    var scalings = new ArrayList<Scaling>();
    for (int i = 0; i < sets.size(); i++) {
      scalings.add(new Scaling(sets.get(i), sizes.get(i)));
    }
    return scalings;
  }

  private static int proportion(Rollout rollout, ReplicaSet set, int toAdd, int added) {
    int left = toAdd - added;
    if (left == 0) {
      return 0;
    }
    int fraction = fraction(rollout, set);
    return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
  }

  private static int fraction(Rollout rollout, ReplicaSet set) {
    int size = Rollout.size(set);
    if (rollout.wanted() == 0) {
      return -size;
    }
    int maxNow = rollout.wanted() + rollout.fenceposts().maxSurge();
    int maxBefore = Revisions.max(set).orElse(0);
    if (maxBefore == 0) {
      maxBefore = rollout.deployment().status().replicas();
    }
    return maxBefore == 0 ? 0 : (int) Math.round((double) size * maxNow / maxBefore) - size;
  }
}

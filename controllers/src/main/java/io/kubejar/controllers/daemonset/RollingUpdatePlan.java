package io.kubejar.controllers.daemonset;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.controllers.pods.PodStates;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which pods of older templates are replaced now. Pure.
///
/// It follows a [PlacementPlan] with nothing to do: failed pods, nodes without a pod and nodes with
/// too many are that one's affair.
final class RollingUpdatePlan {
  private RollingUpdatePlan() {}

  static Changes of(Coverage coverage) {
    int desired = (int) coverage.nodes().values().stream().filter(Eligibility::shouldRun).count();
    var allowance = Allowance.of(coverage.daemonSet(), desired);
    var names = new TreeSet<>(coverage.pods().keySet());
    coverage.nodes().keySet().stream().filter(coverage::shouldRun).forEach(names::add);
    var nodes = names.stream().map(name -> OnNode.of(coverage, name)).toList();
    return allowance.maxSurge() == 0
        ? replacing(coverage, nodes, allowance.maxUnavailable())
        : surging(coverage, nodes, allowance.maxSurge(), desired);
  }

  /// Deletes as many old pods as may be missing. One that is not available is missing already, so
  /// it always goes.
  private static Changes replacing(Coverage coverage, List<OnNode> nodes, int maxUnavailable) {
    int unavailable = 0;
    var broken = new ArrayList<Pod>();
    var candidates = new ArrayList<Pod>();
    for (var node : nodes) {
      var newPod = node.newPod();
      var oldPod = node.oldPod();
      if (node.tooMany() || (newPod == null) == (oldPod == null)) {
        unavailable++;
      } else if (newPod != null) {
        unavailable += coverage.isAvailable(newPod) ? 0 : 1;
      } else if (oldPod != null && !coverage.isAvailable(oldPod)) {
        broken.add(oldPod);
        unavailable++;
      } else if (oldPod != null) {
        candidates.add(oldPod);
      }
    }
    int left = Math.clamp((long) maxUnavailable - unavailable, 0, candidates.size());
    var delete = new ArrayList<>(broken);
    delete.addAll(candidates.subList(0, left));
    return new Changes(List.of(), delete);
  }

  /// Makes new pods beside old ones, and deletes an old one when its node has a new one that is
  /// available.
  private static Changes surging(Coverage coverage, List<OnNode> nodes, int maxSurge, int desired) {
    var delete = new ArrayList<Pod>();
    var misplaced = new ArrayList<Pod>();
    var create = new ArrayList<String>();
    var candidates = new ArrayList<String>();
    int surge = 0;
    int available = 0;
    for (var node : nodes) {
      if (node.tooMany()) {
        surge++;
        continue;
      }
      var newPod = node.newPod();
      var oldPod = node.oldPod();
      var first = oldPod != null ? oldPod : newPod;
      available += first != null && coverage.isAvailable(first) ? 1 : 0;
      if (oldPod == null) {
        continue; // Up to date, or empty.
      }
      if (newPod != null) {
        if (coverage.isAvailable(newPod)) {
          delete.add(oldPod);
        } else {
          surge++;
        }
      } else if (!coverage.shouldRun(node.name())) {
        (coverage.isAvailable(oldPod) ? misplaced : delete).add(oldPod);
      } else {
        (coverage.isAvailable(oldPod) ? candidates : create).add(node.name());
      }
    }
    // A pod where none is to be any more serves until enough others do.
    int spare = Math.clamp((long) available - desired, 0, misplaced.size());
    delete.addAll(misplaced.subList(0, spare));
    create.addAll(candidates.subList(0, Math.clamp((long) maxSurge - surge, 0, candidates.size())));
    return new Changes(create, delete);
  }

  /// The pods of a node that are not being deleted.
  ///
  /// @param tooMany whether there are several of the same age
  private record OnNode(String name, @Nullable Pod newPod, @Nullable Pod oldPod, boolean tooMany) {

    static OnNode of(Coverage coverage, String name) {
      var alive =
          coverage.podsOn(name).stream().filter(pod -> !PodStates.isBeingDeleted(pod)).toList();
      var updated = alive.stream().filter(coverage::isUpdated).toList();
      var old = alive.stream().filter(pod -> !coverage.isUpdated(pod)).toList();
      return new OnNode(
          name,
          updated.isEmpty() ? null : updated.getFirst(),
          old.isEmpty() ? null : old.getFirst(),
          updated.size() > 1 || old.size() > 1);
    }
  }
}

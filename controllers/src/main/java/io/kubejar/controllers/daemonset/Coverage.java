package io.kubejar.controllers.daemonset;

import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.controllers.pods.PodStates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The nodes and a DaemonSet's pods on them, as one reconcile sees them. The maps are not changed.
///
/// @param hash of the newest revision
/// @param nodes what each node is to have, by name and in the order of the names
/// @param pods by the node that each is on or for. Without those that have ended and are being
///   deleted: nothing is left to do about them
record Coverage(
    DaemonSet daemonSet,
    String hash,
    Map<String, Eligibility> nodes,
    Map<String, List<Pod>> pods,
    Instant now) {

  /// Bound ones first; then the oldest.
  static final Comparator<Pod> OLDEST_FIRST =
      Comparator.comparing((Pod pod) -> pod.spec().nodeName().isEmpty())
          .thenComparing(
              pod -> pod.metadata().creationTimestamp(),
              Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(pod -> pod.metadata().name());

  static Coverage of(
      DaemonSet daemonSet, String hash, List<Node> nodes, List<Pod> owned, Instant now) {
    var rule = Eligibility.Rule.of(daemonSet);
    var eligibilities = new LinkedHashMap<String, Eligibility>();
    nodes.stream()
        .sorted(Comparator.comparing(node -> node.metadata().name()))
        .forEach(node -> eligibilities.put(node.metadata().name(), rule.eligibility(node)));
    var pods = new HashMap<String, List<Pod>>();
    for (var pod : owned) {
      if (!PodStates.isTerminal(pod) || !PodStates.isBeingDeleted(pod)) {
        DaemonPods.targetNode(pod)
            .ifPresent(node -> pods.computeIfAbsent(node, _ -> new ArrayList<>()).add(pod));
      }
    }
    pods.values().forEach(each -> each.sort(OLDEST_FIRST));
    return new Coverage(daemonSet, hash, eligibilities, pods, now);
  }

  List<Pod> podsOn(String node) {
    return pods.getOrDefault(node, List.of());
  }

  boolean shouldRun(String node) {
    var eligibility = nodes.get(node);
    return eligibility != null && eligibility.shouldRun();
  }

  boolean isUpdated(Pod pod) {
    return DaemonPods.isUpdated(daemonSet, pod, hash);
  }

  boolean isAvailable(Pod pod) {
    return PodStates.isAvailable(pod, daemonSet.spec().minReadySeconds(), now);
  }
}

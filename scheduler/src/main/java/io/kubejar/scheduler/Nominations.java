package io.kubejar.scheduler;

import io.kubejar.scheduler.framework.PodInfo;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The pods for which room was made on a node that they do not have yet. Not safe for several
/// threads.
final class Nominations {
  private final Map<String, Map<String, PodInfo>> byNode = new HashMap<>();
  private final Map<String, String> nodeOf = new HashMap<>();

  void add(PodInfo pod, String node) {
    remove(pod.uid());
    byNode.computeIfAbsent(node, _ -> new LinkedHashMap<>()).put(pod.uid(), pod);
    nodeOf.put(pod.uid(), node);
  }

  void remove(String uid) {
    var node = nodeOf.remove(uid);
    if (node != null) {
      byNode.computeIfPresent(
          node,
          (_, pods) -> {
            pods.remove(uid);
            return pods.isEmpty() ? null : pods;
          });
    }
  }

  /// The pods promised to a node that this pod may not push aside: those at least as important.
  List<PodInfo> onNode(String node, PodInfo pod) {
    var pods = byNode.get(node);
    if (pods == null) {
      return List.of();
    }
    return pods.values().stream()
        .filter(other -> !other.uid().equals(pod.uid()) && other.priority() >= pod.priority())
        .toList();
  }
}

package io.kubejar.scheduler;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.scheduler.framework.ClusterView;
import io.kubejar.scheduler.framework.NodeInfo;
import io.kubejar.scheduler.framework.PodInfo;
import io.kubejar.scheduler.framework.ResourceNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The nodes and the pods on them, assumed ones included. Kept up to date one change at a time, so
/// that a scheduling cycle copies nothing. Not safe for several threads.
final class ClusterCache implements ClusterView {
  private final ResourceNames names = new ResourceNames();
  private final Function<String, Map<String, String>> namespaceLabels;
  private final Map<String, NodeInfo> nodes = new HashMap<>();
  private final List<NodeInfo> nodeList = new ArrayList<>();
  private final Map<String, Placed> placed = new HashMap<>();
  private final Map<String, NodeInfo> affinityNodes = new LinkedHashMap<>();
  private final Map<String, Integer> imageNodes = new HashMap<>();

  /// Pods whose node is not known (yet), by the node's name.
  private final Map<String, Map<String, PodInfo>> homeless = new HashMap<>();

  private record Placed(PodInfo pod, String node, boolean assumed) {}

  private int assumed;

  ClusterCache(Function<String, Map<String, String>> namespaceLabels) {
    this.namespaceLabels = namespaceLabels;
  }

  @Nullable NodeInfo node(String name) {
    return nodes.get(name);
  }

  void putNode(Node node) {
    var known = nodes.get(node.metadata().name());
    if (known != null) {
      countImages(known, -1);
      known.update(node);
      countImages(known, 1);
      return;
    }
    var fresh = new NodeInfo(node, names);
    nodes.put(fresh.name(), fresh);
    nodeList.add(fresh);
    countImages(fresh, 1);
    var waiting = homeless.remove(fresh.name());
    if (waiting != null) {
      waiting.values().forEach(fresh::add);
      noteAffinity(fresh);
    }
  }

  void removeNode(String name) {
    var known = nodes.remove(name);
    if (known == null) {
      return;
    }
    nodeList.remove(known);
    affinityNodes.remove(name);
    countImages(known, -1);
    for (var pod : known.pods()) {
      homeless.computeIfAbsent(name, _ -> new LinkedHashMap<>()).put(pod.uid(), pod);
    }
  }

  /// Counts a pod on its node, as its node will see it.
  void assume(PodInfo pod, String node) {
    place(pod, node, true);
  }

  /// Takes in a pod that has a node, or its new state.
  void putPod(Pod pod) {
    place(PodInfo.of(pod, names), pod.spec().nodeName(), false);
  }

  /// Takes a pod out, assumed or not. Returns whether it was there.
  boolean removePod(String uid) {
    var known = placed.remove(uid);
    if (known == null) {
      return false;
    }
    this.assumed -= known.assumed() ? 1 : 0;
    var node = nodes.get(known.node());
    if (node != null) {
      node.remove(uid);
      noteAffinity(node);
    }
    homeless.computeIfPresent(
        known.node(),
        (_, pods) -> {
          pods.remove(uid);
          return pods.isEmpty() ? null : pods;
        });
    return true;
  }

  /// How many pods are on nodes, assumed ones included.
  int pods() {
    return placed.size();
  }

  int assumed() {
    return assumed;
  }

  boolean isAssumed(String uid) {
    var known = placed.get(uid);
    return known != null && known.assumed();
  }

  @Nullable PodInfo placedPod(String uid) {
    var known = placed.get(uid);
    return known == null ? null : known.pod();
  }

  /// The node that the pod is on, if both are known.
  @Nullable NodeInfo nodeOf(String uid) {
    var known = placed.get(uid);
    return known == null ? null : nodes.get(known.node());
  }

  private void place(PodInfo pod, String nodeName, boolean assumed) {
    removePod(pod.uid());
    placed.put(pod.uid(), new Placed(pod, nodeName, assumed));
    this.assumed += assumed ? 1 : 0;
    var node = nodes.get(nodeName);
    if (node == null) {
      homeless.computeIfAbsent(nodeName, _ -> new LinkedHashMap<>()).put(pod.uid(), pod);
    } else {
      node.add(pod);
      noteAffinity(node);
    }
  }

  private void noteAffinity(NodeInfo node) {
    if (node.affinityPods().isEmpty()) {
      affinityNodes.remove(node.name());
    } else {
      affinityNodes.put(node.name(), node);
    }
  }

  private void countImages(NodeInfo node, int by) {
    for (var image : node.imageSizes().keySet()) {
      imageNodes.merge(image, by, (a, b) -> a + b == 0 ? null : a + b);
    }
  }

  @Override
  public List<NodeInfo> nodes() {
    return Collections.unmodifiableList(nodeList);
  }

  @Override
  public Collection<NodeInfo> nodesWithAffinityPods() {
    return Collections.unmodifiableCollection(affinityNodes.values());
  }

  @Override
  public Map<String, String> namespaceLabels(String namespace) {
    return namespaceLabels.apply(namespace);
  }

  @Override
  public int nodesWithImage(String image) {
    return imageNodes.getOrDefault(image, 0);
  }

  @Override
  public ResourceNames resourceNames() {
    return names;
  }
}

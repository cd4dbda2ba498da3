package io.kubejar.scheduler.framework;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/// The nodes and what runs on them, assumed pods included, as the scheduler knows them now.
public interface ClusterView {

  /// All nodes. The list changes only between scheduling cycles.
  List<NodeInfo> nodes();

  /// The nodes that run pods with affinity or anti-affinity terms of any kind.
  Collection<NodeInfo> nodesWithAffinityPods();

  Map<String, String> namespaceLabels(String namespace);

  /// On how many nodes the image is.
  int nodesWithImage(String image);

  ResourceNames resourceNames();
}

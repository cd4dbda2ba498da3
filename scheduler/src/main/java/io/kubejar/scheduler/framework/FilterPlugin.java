package io.kubejar.scheduler.framework;

import java.util.Set;

/// A rule that keeps pods off nodes.
public interface FilterPlugin {

  /// The name under which upstream configures and reports it.
  default String name() {
    return getClass().getSimpleName();
  }

  /// Gets ready to judge nodes for this pod. Work that does not depend on the node is done here,
  /// once.
  NodeFilter prepare(PodInfo pod, ClusterView cluster);

  /// The events after which a pod that this rule rejected is worth another look.
  Set<ClusterEvent> retriedOn();

  /// Whether the rule only looks at the pod and the node. Then a change of one node is checked
  /// against that node before the pod is tried again.
  default boolean looksAtOneNodeOnly() {
    return true;
  }
}

package io.kubejar.scheduler.framework;

/// A change in the cluster that can turn a verdict around.
public enum ClusterEvent {
  NODE_ADDED("NodeAdd"),
  NODE_ALLOCATABLE_CHANGED("NodeUpdateNodeAllocatable"),
  NODE_LABELS_CHANGED("NodeUpdateNodeLabel"),
  NODE_TAINTS_CHANGED("NodeUpdateNodeTaint"),
  /// A pod was placed on a node, by us or by somebody else.
  ASSIGNED_POD_ADDED("AssignedPodAdd"),
  ASSIGNED_POD_LABELS_CHANGED("AssignedPodUpdatePodLabel"),
  ASSIGNED_POD_REMOVED("AssignedPodDelete"),
  /// A pod on a node asks for less than before.
  ASSIGNED_POD_SHRUNK("AssignedPodUpdatePodScaleDown"),
  NAMESPACE_LABELS_CHANGED("NamespaceUpdate"),
  /// The waiting pod itself was changed: its gates, tolerations, labels or requests.
  POD_CHANGED("UnschedulablePodUpdate");

  private final String label;

  ClusterEvent(String label) {
    this.label = label;
  }

  /// What upstream's metrics call it.
  public String label() {
    return label;
  }
}

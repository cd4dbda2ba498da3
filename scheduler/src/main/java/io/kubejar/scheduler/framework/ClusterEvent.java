package io.kubejar.scheduler.framework;

/// A change in the cluster that can turn a verdict around.
public enum ClusterEvent {
  NODE_ADDED,
  NODE_ALLOCATABLE_CHANGED,
  NODE_LABELS_CHANGED,
  NODE_TAINTS_CHANGED,
  /// A pod was placed on a node, by us or by somebody else.
  ASSIGNED_POD_ADDED,
  ASSIGNED_POD_LABELS_CHANGED,
  ASSIGNED_POD_REMOVED,
  /// A pod on a node asks for less than before.
  ASSIGNED_POD_SHRUNK,
  NAMESPACE_LABELS_CHANGED,
  /// The waiting pod itself was changed: its gates, tolerations, labels or requests.
  POD_CHANGED
}

package io.kubejar.scheduler;

import io.kubejar.api.core.v1.Node;
import io.kubejar.scheduler.framework.ClusterEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What about a node changed that could let a pod run there.
final class NodeChanges {
  private NodeChanges() {}

  static List<ClusterEvent> between(@Nullable Node before, Node now) {
    if (before == null) {
      return List.of(ClusterEvent.NODE_ADDED);
    }
    var changes = new ArrayList<ClusterEvent>();
    if (!before.status().allocatable().equals(now.status().allocatable())) {
      changes.add(ClusterEvent.NODE_ALLOCATABLE_CHANGED);
    }
    if (!before.metadata().labels().equals(now.metadata().labels())) {
      changes.add(ClusterEvent.NODE_LABELS_CHANGED);
    }
    if (!before.spec().taints().equals(now.spec().taints())
        || before.spec().unschedulable() != now.spec().unschedulable()) {
      changes.add(ClusterEvent.NODE_TAINTS_CHANGED);
    }
    return changes;
  }
}

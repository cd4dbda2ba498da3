package io.kubejar.scheduler.plugins;

import io.kubejar.scheduler.framework.ClusterEvent;
import io.kubejar.scheduler.framework.ClusterView;
import io.kubejar.scheduler.framework.FilterPlugin;
import io.kubejar.scheduler.framework.NodeFilter;
import io.kubejar.scheduler.framework.PodInfo;
import io.kubejar.scheduler.framework.Verdict;
import java.util.Set;

/// Gives a port of a node to one pod only.
public record NodePorts() implements FilterPlugin {

  @Override
  public NodeFilter prepare(PodInfo pod, ClusterView cluster) {
    var wanted = pod.hostPorts();
    if (wanted.isEmpty()) {
      return NodeFilter.ANY_NODE;
    }
    return node -> {
      for (var port : wanted) {
        if (node.conflicts(port)) {
          return Verdict.notNow("node(s) didn't have free ports for the requested pod ports");
        }
      }
      return Verdict.fits();
    };
  }

  @Override
  public Set<ClusterEvent> retriedOn() {
    return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.ASSIGNED_POD_REMOVED);
  }
}

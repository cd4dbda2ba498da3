package io.kubejar.scheduler.plugins;

import io.kubejar.api.core.v1.Taint;
import io.kubejar.scheduler.framework.ClusterEvent;
import io.kubejar.scheduler.framework.ClusterView;
import io.kubejar.scheduler.framework.FilterPlugin;
import io.kubejar.scheduler.framework.NodeFilter;
import io.kubejar.scheduler.framework.PodInfo;
import io.kubejar.scheduler.framework.Verdict;
import java.util.Set;

/// Keeps pods off cordoned nodes, except pods that tolerate being there.
public record NodeUnschedulable() implements FilterPlugin {
  private static final Taint CORDON =
      Taint.builder().key("node.kubernetes.io/unschedulable").effect("NoSchedule").build();

  @Override
  public NodeFilter prepare(PodInfo pod, ClusterView cluster) {
    if (pod.tolerations().tolerate(CORDON)) {
      return NodeFilter.ANY_NODE;
    }
    return node -> node.isCordoned() ? Verdict.never("node(s) were unschedulable") : Verdict.fits();
  }

  @Override
  public Set<ClusterEvent> retriedOn() {
    return Set.of(
        ClusterEvent.NODE_ADDED, ClusterEvent.NODE_TAINTS_CHANGED, ClusterEvent.POD_CHANGED);
  }
}

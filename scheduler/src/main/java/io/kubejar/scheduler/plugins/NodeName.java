package io.kubejar.scheduler.plugins;

import io.kubejar.scheduler.framework.ClusterEvent;
import io.kubejar.scheduler.framework.ClusterView;
import io.kubejar.scheduler.framework.FilterPlugin;
import io.kubejar.scheduler.framework.NodeFilter;
import io.kubejar.scheduler.framework.PodInfo;
import io.kubejar.scheduler.framework.Verdict;
import java.util.Set;

/// Keeps a pod that names its node off all others.
public record NodeName() implements FilterPlugin {

  @Override
  public NodeFilter prepare(PodInfo pod, ClusterView cluster) {
    var wanted = pod.pod().spec().nodeName();
    if (wanted.isEmpty()) {
      return NodeFilter.ANY_NODE;
    }
    return node ->
        node.name().equals(wanted)
            ? Verdict.fits()
            : Verdict.never("node(s) didn't match the requested node name");
  }

  @Override
  public Set<ClusterEvent> retriedOn() {
    return Set.of(ClusterEvent.NODE_ADDED);
  }
}

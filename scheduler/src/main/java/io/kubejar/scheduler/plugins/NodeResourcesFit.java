package io.kubejar.scheduler.plugins;

import static io.kubejar.scheduler.framework.ResourceNames.CPU;
import static io.kubejar.scheduler.framework.ResourceNames.MEMORY;
import static io.kubejar.scheduler.framework.ResourceNames.PODS;

import io.kubejar.scheduler.framework.ClusterEvent;
import io.kubejar.scheduler.framework.ClusterView;
import io.kubejar.scheduler.framework.FilterPlugin;
import io.kubejar.scheduler.framework.NodeFilter;
import io.kubejar.scheduler.framework.NodeInfo;
import io.kubejar.scheduler.framework.PodInfo;
import io.kubejar.scheduler.framework.ResourceNames;
import io.kubejar.scheduler.framework.ScorePlugin;
import io.kubejar.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Keeps the sum of requests on a node within what it offers, and prefers nodes with much left.
public record NodeResourcesFit() implements FilterPlugin, ScorePlugin {

  @Override
  public String name() {
    return "NodeResourcesFit";
  }

  @Override
  public NodeFilter prepare(PodInfo pod, ClusterView cluster) {
    var names = cluster.resourceNames();
    return node -> fit(pod, node, names);
  }

  private static Verdict fit(PodInfo pod, NodeInfo node, ResourceNames names) {
    List<String> lacking = null;
    boolean hopeless = false;
    for (int place = 0; place < pod.resourceCount(); place++) {
      long wanted = pod.request(place);
      if (wanted == 0 || wanted <= node.allocatable(place) - node.requested(place)) {
        continue;
      }
      if (lacking == null) {
        lacking = new ArrayList<>();
      }
      lacking.add(place == PODS ? "Too many pods" : "Insufficient " + names.name(place));
      hopeless |= wanted > node.allocatable(place);
    }
    if (lacking == null) {
      return Verdict.fits();
    }
    return hopeless ? new Verdict.Never(lacking) : new Verdict.NotNow(lacking);
  }

  @Override
  public Set<ClusterEvent> retriedOn() {
    return Set.of(
        ClusterEvent.NODE_ADDED,
        ClusterEvent.NODE_ALLOCATABLE_CHANGED,
        ClusterEvent.ASSIGNED_POD_REMOVED,
        ClusterEvent.ASSIGNED_POD_SHRUNK,
        ClusterEvent.POD_CHANGED);
  }

  @Override
  public long weight() {
    return 1;
  }

  /// The share that is left with the pod there, averaged over CPU and memory.
  @Override
  public NodeScorer prepare(PodInfo pod, ClusterView cluster, List<NodeInfo> feasible) {
    return node -> (left(pod, node, CPU) + left(pod, node, MEMORY)) / 2;
  }

  private static long left(PodInfo pod, NodeInfo node, int place) {
    long offered = node.allocatable(place);
    long used = node.usualRequested(place) + pod.usualRequest(place);
    return offered == 0 || used > offered ? 0 : (offered - used) * MAX_SCORE / offered;
  }
}

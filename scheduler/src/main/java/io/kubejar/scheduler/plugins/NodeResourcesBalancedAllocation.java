package io.kubejar.scheduler.plugins;

import static io.kubejar.scheduler.framework.ResourceNames.CPU;
import static io.kubejar.scheduler.framework.ResourceNames.MEMORY;

import io.kubejar.scheduler.framework.ClusterView;
import io.kubejar.scheduler.framework.NodeInfo;
import io.kubejar.scheduler.framework.PodInfo;
import io.kubejar.scheduler.framework.ScorePlugin;
import java.util.List;

/// Prefers nodes whose CPU and memory would be used to a like degree.
public record NodeResourcesBalancedAllocation() implements ScorePlugin {

  @Override
  public long weight() {
    return 1;
  }

  @Override
  public NodeScorer prepare(PodInfo pod, ClusterView cluster, List<NodeInfo> feasible) {
    if (pod.request(CPU) == 0 && pod.request(MEMORY) == 0) {
      return NodeScorer.INDIFFERENT; // A pod without requests changes no balance.
    }
    return node -> {
      double deviation =
          Math.abs(share(node, CPU, pod.request(CPU)) - share(node, MEMORY, pod.request(MEMORY)))
              / 2;
      return (long) ((1 - deviation) * MAX_SCORE);
    };
  }

  private static double share(NodeInfo node, int place, long more) {
    long offered = node.allocatable(place);
    return offered == 0 ? 0 : Math.min(1, (double) (node.requested(place) + more) / offered);
  }
}

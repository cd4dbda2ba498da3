package io.kubejar.scheduler.plugins;

import io.kubejar.client.nodes.NodeSelectors;
import io.kubejar.scheduler.framework.ClusterEvent;
import io.kubejar.scheduler.framework.ClusterView;
import io.kubejar.scheduler.framework.FilterPlugin;
import io.kubejar.scheduler.framework.NodeFilter;
import io.kubejar.scheduler.framework.NodeInfo;
import io.kubejar.scheduler.framework.PodInfo;
import io.kubejar.scheduler.framework.ScorePlugin;
import io.kubejar.scheduler.framework.Verdict;
import java.util.List;
import java.util.Set;

/// Follows a pod's node selector and node affinity.
public record NodeAffinity() implements FilterPlugin, ScorePlugin {

  @Override
  public String name() {
    return "NodeAffinity";
  }

  @Override
  public NodeFilter prepare(PodInfo pod, ClusterView cluster) {
    var required = pod.requiredNodes();
    if (required.any()) {
      return NodeFilter.ANY_NODE;
    }
    return node ->
        required.match(node.name(), node.labels())
            ? Verdict.fits()
            : Verdict.never("node(s) didn't match Pod's node affinity/selector");
  }

  @Override
  public Set<ClusterEvent> retriedOn() {
    return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_LABELS_CHANGED);
  }

  @Override
  public long weight() {
    return 2;
  }

  @Override
  public NodeScorer prepare(PodInfo pod, ClusterView cluster, List<NodeInfo> feasible) {
    var affinity = pod.affinity();
    var nodeAffinity = affinity == null ? null : affinity.nodeAffinity();
    if (nodeAffinity == null
        || nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution().isEmpty()) {
      return NodeScorer.INDIFFERENT;
    }
    var wishes = nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution();
    return new NodeScorer() {
      @Override
      public long score(NodeInfo node) {
        long sum = 0;
        for (var wish : wishes) {
          var term = wish.preference();
          // Unlike a required term, an empty wish is fulfilled everywhere.
          boolean empty = term.matchExpressions().isEmpty() && term.matchFields().isEmpty();
          if (empty || NodeSelectors.matches(term, node.name(), node.labels())) {
            sum += wish.weight();
          }
        }
        return sum;
      }

      @Override
      public void normalize(long[] scores) {
        ScorePlugin.scaleToHighest(scores, false);
      }
    };
  }
}

package io.kubejar.scheduler.plugins;

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

/// Keeps pods off nodes whose taints they do not tolerate, and away from nodes whose soft taints
/// they do not.
public record TaintToleration() implements FilterPlugin, ScorePlugin {
  private static final String SOFT = "PreferNoSchedule";

  @Override
  public String name() {
    return "TaintToleration";
  }

  @Override
  public NodeFilter prepare(PodInfo pod, ClusterView cluster) {
    var tolerations = pod.tolerations();
    return node -> {
      for (var taint : node.taints()) {
        if (!taint.effect().equals(SOFT) && !tolerations.tolerate(taint)) {
          return Verdict.never("node(s) had untolerated taint(s)");
        }
      }
      return Verdict.fits();
    };
  }

  @Override
  public Set<ClusterEvent> retriedOn() {
    return Set.of(
        ClusterEvent.NODE_ADDED, ClusterEvent.NODE_TAINTS_CHANGED, ClusterEvent.POD_CHANGED);
  }

  @Override
  public long weight() {
    return 3;
  }

  @Override
  public NodeScorer prepare(PodInfo pod, ClusterView cluster, List<NodeInfo> feasible) {
    if (feasible.stream().noneMatch(TaintToleration::hasSoftTaint)) {
      return NodeScorer.INDIFFERENT;
    }
    var tolerations = pod.tolerations().of(SOFT);
    return new NodeScorer() {
      @Override
      public long score(NodeInfo node) {
        long untolerated = 0;
        for (var taint : node.taints()) {
          if (taint.effect().equals(SOFT) && !tolerations.tolerate(taint)) {
            untolerated++;
          }
        }
        return untolerated;
      }

      @Override
      public void normalize(long[] scores) {
        ScorePlugin.scaleToHighest(scores, true);
      }
    };
  }

  private static boolean hasSoftTaint(NodeInfo node) {
    for (var taint : node.taints()) {
      if (taint.effect().equals(SOFT)) {
        return true;
      }
    }
    return false;
  }
}

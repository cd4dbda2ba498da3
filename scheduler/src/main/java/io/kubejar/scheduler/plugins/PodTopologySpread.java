package io.kubejar.scheduler.plugins;

import io.kubejar.scheduler.framework.ClusterEvent;
import io.kubejar.scheduler.framework.ClusterView;
import io.kubejar.scheduler.framework.FilterPlugin;
import io.kubejar.scheduler.framework.NodeFilter;
import io.kubejar.scheduler.framework.NodeInfo;
import io.kubejar.scheduler.framework.PodInfo;
import io.kubejar.scheduler.framework.ScorePlugin;
import io.kubejar.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Spreads like pods evenly over hosts, zones or whatever else a label names.
public record PodTopologySpread() implements FilterPlugin, ScorePlugin {
  private static final String UNEVEN = "node(s) didn't match pod topology spread constraints";
  private static final String NO_LABEL = UNEVEN + " (missing required label)";

  /// A constraint with the number of matching pods per value of its key.
  private record Counted(SpreadConstraint constraint, Map<String, Integer> pods) {

    /// The fewest in any domain; none at all while there are fewer domains than asked for.
    int fewest() {
      return pods.size() < constraint.minDomains() ? 0 : Collections.min(pods.values());
    }
  }

  @Override
  public String name() {
    return "PodTopologySpread";
  }

  @Override
  public boolean looksAtOneNodeOnly() {
    return false;
  }

  @Override
  public NodeFilter prepare(PodInfo pod, ClusterView cluster) {
    var constraints = SpreadConstraint.hard(pod);
    if (constraints.isEmpty()) {
      return NodeFilter.ANY_NODE;
    }
    var counted = count(constraints, pod, cluster);
    return node -> filter(node, pod, counted);
  }

  private static Verdict filter(NodeInfo node, PodInfo pod, List<Counted> counted) {
    for (var each : counted) {
      var constraint = each.constraint();
      var value = node.labels().get(constraint.topologyKey());
      if (value == null) {
        return Verdict.never(NO_LABEL);
      }
      int self = constraint.counted().includes(pod) ? 1 : 0;
      int there = each.pods().getOrDefault(value, 0);
      int fewest = each.pods().isEmpty() ? 0 : each.fewest();
      if (there + self - fewest > constraint.maxSkew()) {
        return Verdict.notNow(UNEVEN);
      }
    }
    return Verdict.fits();
  }

  private static List<Counted> count(
      List<SpreadConstraint> constraints, PodInfo pod, ClusterView cluster) {
    var counted = new ArrayList<Counted>();
    for (var constraint : constraints) {
      counted.add(new Counted(constraint, new HashMap<>()));
    }
    for (var node : cluster.nodes()) {
      if (!hasAllKeys(node, constraints)) {
        continue;
      }
      for (var each : counted) {
        var value = node.labels().get(each.constraint().topologyKey());
        if (value != null && each.constraint().includes(node, pod)) {
          each.pods().merge(value, each.constraint().count(node, pod), Integer::sum);
        }
      }
    }
    return counted;
  }

  private static boolean hasAllKeys(NodeInfo node, List<SpreadConstraint> constraints) {
    for (var constraint : constraints) {
      if (!node.labels().containsKey(constraint.topologyKey())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Set<ClusterEvent> retriedOn() {
    return Set.of(
        ClusterEvent.NODE_ADDED,
        ClusterEvent.NODE_LABELS_CHANGED,
        ClusterEvent.NODE_TAINTS_CHANGED,
        ClusterEvent.ASSIGNED_POD_ADDED,
        ClusterEvent.ASSIGNED_POD_LABELS_CHANGED,
        ClusterEvent.ASSIGNED_POD_REMOVED,
        ClusterEvent.POD_CHANGED);
  }

  @Override
  public long weight() {
    return 2;
  }

  @Override
  public NodeScorer prepare(PodInfo pod, ClusterView cluster, List<NodeInfo> feasible) {
    var asked = SpreadConstraint.soft(pod);
    var constraints = asked.isEmpty() ? SpreadConstraint.byDefault(pod) : asked;
    if (constraints.isEmpty()) {
      return NodeScorer.INDIFFERENT;
    }
    var crowds = new ArrayList<Crowd>();
    for (var constraint : constraints) {
      crowds.add(crowd(constraint, pod, cluster, feasible));
    }
    return new NodeScorer() {
      @Override
      public long score(NodeInfo node) {
        if (!asked.isEmpty() && !hasAllKeys(node, constraints)) {
          return IGNORED;
        }
        return Math.round(crowding(node, pod, crowds));
      }

      @Override
      public void normalize(long[] scores) {
        favourTheEmptiest(scores);
      }
    };
  }

  private static final long IGNORED = -1;

  /// A soft constraint, and how crowded each value of its key is.
  ///
  /// @param weight the more domains a key has, the more a difference in one of them counts
  /// @param pods empty if every node is a domain of its own: then the node is counted when it is
  ///   scored
  private record Crowd(SpreadConstraint constraint, Map<String, Integer> pods, double weight) {
    static Crowd of(SpreadConstraint constraint, Map<String, Integer> pods, int domains) {
      return new Crowd(constraint, pods, Math.log(domains + 2.0));
    }
  }

  private static Crowd crowd(
      SpreadConstraint constraint, PodInfo pod, ClusterView cluster, List<NodeInfo> feasible) {
    if (constraint.ofEachHost()) {
      return Crowd.of(constraint, Map.of(), feasible.size());
    }
    var pods = new HashMap<String, Integer>();
    for (var node : feasible) {
      var value = node.labels().get(constraint.topologyKey());
      if (value != null) {
        pods.put(value, 0);
      }
    }
    if (!pods.isEmpty()) {
      for (var node : cluster.nodes()) {
        var value = node.labels().get(constraint.topologyKey());
        if (value != null && pods.containsKey(value) && constraint.includes(node, pod)) {
          pods.merge(value, constraint.count(node, pod), Integer::sum);
        }
      }
    }
    return Crowd.of(constraint, pods, pods.size());
  }

  private static double crowding(NodeInfo node, PodInfo pod, List<Crowd> crowds) {
    double sum = 0;
    for (var crowd : crowds) {
      var constraint = crowd.constraint();
      var value = node.labels().get(constraint.topologyKey());
      if (value != null) {
        int there =
            constraint.ofEachHost()
                ? constraint.count(node, pod)
                : crowd.pods().getOrDefault(value, 0);
        sum += there * crowd.weight() + constraint.maxSkew() - 1;
      }
    }
    return sum;
  }

  private static void favourTheEmptiest(long[] scores) {
    long lowest = Long.MAX_VALUE;
    long highest = 0;
    for (long score : scores) {
      if (score != IGNORED) {
        lowest = Math.min(lowest, score);
        highest = Math.max(highest, score);
      }
    }
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] == IGNORED) {
        scores[i] = 0;
      } else {
        scores[i] = highest == 0 ? MAX_SCORE : MAX_SCORE * (highest + lowest - scores[i]) / highest;
      }
    }
  }
}

package io.kubejar.scheduler.plugins;

import io.kubejar.scheduler.framework.AffinityTerm;
import io.kubejar.scheduler.framework.ClusterEvent;
import io.kubejar.scheduler.framework.ClusterView;
import io.kubejar.scheduler.framework.FilterPlugin;
import io.kubejar.scheduler.framework.NodeFilter;
import io.kubejar.scheduler.framework.NodeInfo;
import io.kubejar.scheduler.framework.PodInfo;
import io.kubejar.scheduler.framework.ScorePlugin;
import io.kubejar.scheduler.framework.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Places pods near pods they want to be near, and away from pods that either side wants to be away
/// from.
public record InterPodAffinity() implements FilterPlugin, ScorePlugin {
  private static final String AFFINITY = "node(s) didn't match pod affinity rules";
  private static final String ANTI_AFFINITY = "node(s) didn't match pod anti-affinity rules";
  private static final String OTHERS_ANTI_AFFINITY =
      "node(s) didn't satisfy existing pods anti-affinity rules";

  /// The weight of being wanted, as a must, by a pod that is there already.
  private static final int HARD_POD_AFFINITY_WEIGHT = 1;

  /// A place: the value of a node label.
  private record Domain(String topologyKey, String value) {}

  @Override
  public String name() {
    return "InterPodAffinity";
  }

  @Override
  public boolean looksAtOneNodeOnly() {
    return false;
  }

  @Override
  public NodeFilter prepare(PodInfo pod, ClusterView cluster) {
    var refused = domainsThatRefuse(pod, cluster);
    var near = pod.affinities().requiredAffinity();
    var far = pod.affinities().requiredAntiAffinity();
    if (refused.isEmpty() && near.isEmpty() && far.isEmpty()) {
      return NodeFilter.ANY_NODE;
    }
    // All terms must match the same pod for affinity, but each on its own for anti-affinity.
    var nearCounts = near.isEmpty() ? Map.<Domain, Integer>of() : countAll(near, cluster);
    var farCounts = far.isEmpty() ? Map.<Domain, Integer>of() : countEach(far, cluster);
    boolean firstOfItsKind =
        nearCounts.isEmpty() && near.stream().allMatch(term -> term.matches(pod, cluster));
    return node -> {
      if (!fulfils(node, near, nearCounts, firstOfItsKind)) {
        return Verdict.never(AFFINITY);
      }
      for (var term : far) {
        if (farCounts.containsKey(domain(term, node))) {
          return Verdict.notNow(ANTI_AFFINITY);
        }
      }
      for (var domain : refused.keySet()) {
        if (domain.value().equals(node.labels().get(domain.topologyKey()))) {
          return Verdict.notNow(OTHERS_ANTI_AFFINITY);
        }
      }
      return Verdict.fits();
    };
  }

  private static boolean fulfils(
      NodeInfo node, List<AffinityTerm> near, Map<Domain, Integer> counts, boolean firstOfItsKind) {
    boolean allThere = true;
    for (var term : near) {
      if (!node.labels().containsKey(term.topologyKey())) {
        return false;
      }
      allThere &= counts.containsKey(domain(term, node));
    }
    // A pod that wants to be near its own kind must be able to be the first.
    return allThere || firstOfItsKind;
  }

  private static Map<Domain, Integer> domainsThatRefuse(PodInfo pod, ClusterView cluster) {
    var refused = new HashMap<Domain, Integer>();
    for (var node : cluster.nodesWithAffinityPods()) {
      for (var other : node.affinityPods()) {
        for (var term : other.affinities().requiredAntiAffinity()) {
          if (term.matches(pod, cluster)) {
            count(refused, term, node, 1);
          }
        }
      }
    }
    return refused;
  }

  private static Map<Domain, Integer> countAll(List<AffinityTerm> terms, ClusterView cluster) {
    var counts = new HashMap<Domain, Integer>();
    for (var node : cluster.nodes()) {
      for (var other : node.pods()) {
        if (terms.stream().allMatch(term -> term.matches(other, cluster))) {
          terms.forEach(term -> count(counts, term, node, 1));
        }
      }
    }
    return counts;
  }

  private static Map<Domain, Integer> countEach(List<AffinityTerm> terms, ClusterView cluster) {
    var counts = new HashMap<Domain, Integer>();
    for (var node : cluster.nodes()) {
      for (var other : node.pods()) {
        for (var term : terms) {
          if (term.matches(other, cluster)) {
            count(counts, term, node, 1);
          }
        }
      }
    }
    return counts;
  }

  private static void count(
      Map<Domain, Integer> counts, AffinityTerm term, NodeInfo node, int weight) {
    var value = node.labels().get(term.topologyKey());
    if (value != null && weight != 0) {
      counts.merge(new Domain(term.topologyKey(), value), weight, Integer::sum);
    }
  }

  private static Domain domain(AffinityTerm term, NodeInfo node) {
    return new Domain(term.topologyKey(), node.labels().getOrDefault(term.topologyKey(), ""));
  }

  @Override
  public Set<ClusterEvent> retriedOn() {
    return Set.of(
        ClusterEvent.NODE_ADDED,
        ClusterEvent.NODE_LABELS_CHANGED,
        ClusterEvent.ASSIGNED_POD_ADDED,
        ClusterEvent.ASSIGNED_POD_LABELS_CHANGED,
        ClusterEvent.ASSIGNED_POD_REMOVED,
        ClusterEvent.NAMESPACE_LABELS_CHANGED,
        ClusterEvent.POD_CHANGED);
  }

  @Override
  public long weight() {
    return 2;
  }

  @Override
  public NodeScorer prepare(PodInfo pod, ClusterView cluster, List<NodeInfo> feasible) {
    var wishes = pod.affinities();
    boolean hasWishes =
        !wishes.preferredAffinity().isEmpty() || !wishes.preferredAntiAffinity().isEmpty();
    var weights = new HashMap<Domain, Integer>();
    for (var node : hasWishes ? cluster.nodes() : cluster.nodesWithAffinityPods()) {
      for (var other : hasWishes ? node.pods() : node.affinityPods()) {
        addWeights(weights, pod, other, node, cluster);
      }
    }
    if (weights.isEmpty()) {
      return NodeScorer.INDIFFERENT;
    }
    return new NodeScorer() {
      @Override
      public long score(NodeInfo node) {
        long sum = 0;
        for (var weight : weights.entrySet()) {
          var domain = weight.getKey();
          if (domain.value().equals(node.labels().get(domain.topologyKey()))) {
            sum += weight.getValue();
          }
        }
        return sum;
      }

      @Override
      public void normalize(long[] scores) {
        spreadBetweenExtremes(scores);
      }
    };
  }

  /// What both pods wish about each other.
  private static void addWeights(
      Map<Domain, Integer> weights,
      PodInfo pod,
      PodInfo other,
      NodeInfo node,
      ClusterView cluster) {
    for (var wish : pod.affinities().preferredAffinity()) {
      if (wish.term().matches(other, cluster)) {
        count(weights, wish.term(), node, wish.weight());
      }
    }
    for (var wish : pod.affinities().preferredAntiAffinity()) {
      if (wish.term().matches(other, cluster)) {
        count(weights, wish.term(), node, -wish.weight());
      }
    }
    for (var term : other.affinities().requiredAffinity()) {
      if (term.matches(pod, cluster)) {
        count(weights, term, node, HARD_POD_AFFINITY_WEIGHT);
      }
    }
    for (var wish : other.affinities().preferredAffinity()) {
      if (wish.term().matches(pod, cluster)) {
        count(weights, wish.term(), node, wish.weight());
      }
    }
    for (var wish : other.affinities().preferredAntiAffinity()) {
      if (wish.term().matches(pod, cluster)) {
        count(weights, wish.term(), node, -wish.weight());
      }
    }
  }

  private static void spreadBetweenExtremes(long[] scores) {
    long lowest = Long.MAX_VALUE;
    long highest = Long.MIN_VALUE;
    for (long score : scores) {
      lowest = Math.min(lowest, score);
      highest = Math.max(highest, score);
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] = highest == lowest ? 0 : MAX_SCORE * (scores[i] - lowest) / (highest - lowest);
    }
  }
}

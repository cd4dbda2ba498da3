package io.kubejar.scheduler;

import io.kubejar.scheduler.Diagnosis.Rejection;
import io.kubejar.scheduler.framework.NodeFilter;
import io.kubejar.scheduler.framework.NodeInfo;
import io.kubejar.scheduler.framework.PodInfo;
import io.kubejar.scheduler.framework.ScorePlugin;
import io.kubejar.scheduler.framework.ScorePlugin.NodeScorer;
import io.kubejar.scheduler.framework.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Finds the best node for one pod: filter, score, choose. It decides and changes nothing but its
/// place in the round.
final class SchedulingCycle {
  /// Up to here all nodes are looked at.
  private static final int FEW_NODES = 100;

  private static final int LEAST_PERCENTAGE = 5;
  private static final int MEASURED = 10;
  private static final String SUCCESS = "Success";

  private final Profile profile;
  private final ClusterCache cluster;
  private final Nominations nominations;
  private final RandomGenerator random;
  private final SchedulerWatcher watcher;
  private final InstantSource clock;

  /// Where the search goes on, so that all nodes get their turn when not all are looked at.
  private int nextNode;

  /// How many attempts there were; every tenth is measured rule by rule.
  private long attempts;

  SchedulingCycle(
      Profile profile,
      ClusterCache cluster,
      Nominations nominations,
      RandomGenerator random,
      SchedulerWatcher watcher,
      InstantSource clock) {
    this.watcher = watcher;
    this.clock = clock;
    this.profile = profile;
    this.cluster = cluster;
    this.nominations = nominations;
    this.random = random;
  }

  /// How the search ended.
  sealed interface Result {
    record Chosen(NodeInfo node) implements Result {}

    record FitsNowhere(Diagnosis diagnosis) implements Result {}
  }

  /// A rule that has something to say about the pod.
  record PreparedFilter(String plugin, NodeFilter filter) {}

  Result run(PodInfo pod) {
    boolean measured = attempts++ % MEASURED == 0;
    var nodes = cluster.nodes();
    var began = clock.instant();
    var filters = prepare(pod);
    profile.filters().forEach(plugin -> watcher.evaluated(plugin.name(), "PreFilter", 1));
    var prepared = clock.instant();
    watcher.stage("PreFilter", SUCCESS, Duration.between(began, prepared));
    var rejections = new LinkedHashMap<String, Rejection>();
    var nominated = nominatedNode(pod, filters);
    if (nominated != null) {
      return new Result.Chosen(nominated);
    }
    int enough = enoughNodes(nodes.size());
    var feasible = new ArrayList<NodeInfo>();
    int looked = 0;
    while (looked < nodes.size() && feasible.size() < enough) {
      var node = nodes.get((nextNode + looked++) % nodes.size());
      var rejection = filter(pod, node, filters);
      if (rejection == null) {
        feasible.add(node);
      } else {
        rejections.put(node.name(), rejection);
      }
    }
    nextNode = nodes.isEmpty() ? 0 : (nextNode + looked) % nodes.size();
    var filtered = clock.instant();
    countFilters(filters, looked, rejections.values());
    watcher.stage(
        "Filter",
        feasible.isEmpty() ? "Unschedulable" : SUCCESS,
        Duration.between(prepared, filtered));
    if (feasible.isEmpty()) {
      return new Result.FitsNowhere(new Diagnosis(nodes.size(), rejections));
    }
    if (feasible.size() == 1) {
      return new Result.Chosen(feasible.getFirst());
    }
    var best = best(pod, feasible, measured);
    watcher.stage("Score", SUCCESS, Duration.between(filtered, clock.instant()));
    return new Result.Chosen(best);
  }

  /// A rule is asked about each node that none before it rejected.
  private void countFilters(
      List<PreparedFilter> filters, int looked, Collection<Rejection> rejections) {
    var rejected = new HashMap<String, Integer>();
    rejections.forEach(rejection -> rejected.merge(rejection.plugin(), 1, Integer::sum));
    int left = looked;
    for (var filter : filters) {
      watcher.evaluated(filter.plugin, "Filter", left);
      left -= rejected.getOrDefault(filter.plugin, 0);
    }
  }

  @SuppressWarnings("ReferenceEquality") // One object stands for "does not concern the pod".
  List<PreparedFilter> prepare(PodInfo pod) {
    var prepared = new ArrayList<PreparedFilter>();
    for (var plugin : profile.filters()) {
      var filter = plugin.prepare(pod, cluster);
      if (filter != NodeFilter.ANY_NODE) {
        prepared.add(new PreparedFilter(plugin.name(), filter));
      }
    }
    return prepared;
  }

  /// A node on which room was made for this pod is taken without looking at others.
  private @Nullable NodeInfo nominatedNode(PodInfo pod, List<PreparedFilter> filters) {
    var name = pod.pod().status().nominatedNodeName();
    var node = name.isEmpty() ? null : cluster.node(name);
    return node != null && filter(pod, node, filters) == null ? node : null;
  }

  /// The first verdict against the node, or null if there is none. The pod must fit both with the
  /// pods that were promised room there and without them: they may never come.
  private @Nullable Rejection filter(PodInfo pod, NodeInfo node, List<PreparedFilter> filters) {
    var promised = nominations.onNode(node.name(), pod);
    if (!promised.isEmpty()) {
      promised.forEach(node::add);
      try {
        var rejection = ask(node, filters);
        if (rejection != null) {
          return rejection;
        }
      } finally {
        promised.forEach(other -> node.remove(other.uid()));
      }
    }
    return ask(node, filters);
  }

  static @Nullable Rejection ask(NodeInfo node, List<PreparedFilter> filters) {
    for (var prepared : filters) {
      Verdict verdict = prepared.filter().filter(node);
      if (!verdict.isFit()) {
        return new Rejection(prepared.plugin(), verdict);
      }
    }
    return null;
  }

  /// How many feasible nodes are enough to choose from, so that a cycle's cost grows slower than
  /// the cluster.
  static int enoughNodes(int nodes) {
    if (nodes <= FEW_NODES) {
      return nodes;
    }
    int percentage = Math.max(LEAST_PERCENTAGE, 50 - nodes / 125);
    return Math.max(FEW_NODES, nodes * percentage / 100);
  }

  private NodeInfo best(PodInfo pod, List<NodeInfo> feasible, boolean measured) {
    long[] totals = new long[feasible.size()];
    for (var plugin : profile.scores()) {
      var began = measured ? clock.instant() : Instant.EPOCH;
      boolean asked = addScores(totals, plugin, pod, feasible);
      watcher.evaluated(plugin.name(), "PreScore", 1);
      if (asked) {
        watcher.evaluated(plugin.name(), "Score", feasible.size());
      }
      if (measured) {
        watcher.executed(plugin.name(), "Score", Duration.between(began, clock.instant()));
      }
    }
    int best = 0;
    int equallyGood = 1;
    for (int i = 1; i < totals.length; i++) {
      if (totals[i] > totals[best]) {
        best = i;
        equallyGood = 1;
      } else if (totals[i] == totals[best] && random.nextInt(++equallyGood) == 0) {
        best = i; // Each of the best has the same chance.
      }
    }
    return feasible.get(best);
  }

  /// False if the rule has nothing to say.
  @SuppressWarnings("ReferenceEquality") // One object stands for "all the same".
  private boolean addScores(
      long[] totals, ScorePlugin plugin, PodInfo pod, List<NodeInfo> feasible) {
    var scorer = plugin.prepare(pod, cluster, feasible);
    if (scorer == NodeScorer.INDIFFERENT) {
      return false;
    }
    long[] scores = new long[totals.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = scorer.score(feasible.get(i));
    }
    scorer.normalize(scores);
    for (int i = 0; i < scores.length; i++) {
      totals[i] += scores[i] * plugin.weight();
    }
    return true;
  }
}

package io.kubejar.scheduler.framework;

import java.util.List;

/// A rule that ranks the nodes a pod fits on.
public interface ScorePlugin {
  /// The highest score of a node after normalisation.
  long MAX_SCORE = 100;

  /// The name under which upstream configures and reports it.
  default String name() {
    return getClass().getSimpleName();
  }

  /// How much this rule counts against the others.
  long weight();

  /// Gets ready to score these nodes for this pod.
  NodeScorer prepare(PodInfo pod, ClusterView cluster, List<NodeInfo> feasible);

  /// A [ScorePlugin]'s question, prepared for one pod.
  interface NodeScorer {
    /// The answer of a rule to which all nodes are the same. The caller skips it.
    NodeScorer INDIFFERENT = node -> 0;

    /// Any number; [#normalize] brings all of them between 0 and [ScorePlugin#MAX_SCORE].
    long score(NodeInfo node);

    /// Brings the scores of all nodes between 0 and [ScorePlugin#MAX_SCORE], in place.
    default void normalize(long[] scores) {}
  }

  /// Scales to the highest score found; reversed, the lowest number is best.
  static void scaleToHighest(long[] scores, boolean reverse) {
    long highest = 0;
    for (long score : scores) {
      highest = Math.max(highest, score);
    }
    for (int i = 0; i < scores.length; i++) {
      long scaled = highest == 0 ? 0 : scores[i] * MAX_SCORE / highest;
      scores[i] = reverse ? MAX_SCORE - scaled : scaled;
    }
  }
}

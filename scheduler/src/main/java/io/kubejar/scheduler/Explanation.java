package io.kubejar.scheduler;

import io.kubejar.apimachinery.ObjectKey;
import java.time.Instant;
import java.util.List;

/// What the scheduler last decided about a pod, and why.
///
/// @param node the node chosen; empty if there is none
/// @param message the sentence that also stands in the event
/// @param verdicts what spoke against each node, at most [#MOST_VERDICTS] of them
public record Explanation(
    ObjectKey pod,
    Instant at,
    int attempt,
    String node,
    String message,
    List<NodeVerdict> verdicts) {
  static final int MOST_VERDICTS = 200;

  /// What one rule said against one node.
  ///
  /// @param permanent whether evicting other pods could not change it
  public record NodeVerdict(String node, String plugin, List<String> reasons, boolean permanent) {}

  public Explanation {
    verdicts = List.copyOf(verdicts);
  }
}

package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.api.core.v1.PodStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// Which generation of a pod its status speaks of. Nodes that know nothing of it leave it out; that
/// must not make it unknown.
final class ObservedGenerations {
  private ObservedGenerations() {}

  /// The new status, with the old generations where it has none.
  static PodStatus kept(PodStatus now, PodStatus was) {
    Map<String, Deque<Long>> known = new HashMap<>();
    for (var condition : was.conditions()) {
      known
          .computeIfAbsent(condition.type(), _ -> new ArrayDeque<>())
          .add(condition.observedGeneration());
    }
    var conditions = new ArrayList<PodCondition>();
    for (var condition : now.conditions()) {
      var before = known.getOrDefault(condition.type(), new ArrayDeque<>()).poll();
      conditions.add(
          condition.observedGeneration() == 0 && before != null
              ? condition.withObservedGeneration(before)
              : condition);
    }
    return now.withConditions(conditions)
        .withObservedGeneration(
            now.observedGeneration() == 0 ? was.observedGeneration() : now.observedGeneration());
  }
}

package io.kubejar.apiserver.subresources;

import io.kubejar.api.core.v1.PodCondition;
import java.util.ArrayList;
import java.util.List;

/// Lists of conditions, of which each type is there once.
final class PodConditions {
  private PodConditions() {}

  static List<PodCondition> with(List<PodCondition> conditions, PodCondition condition) {
    var result = new ArrayList<>(conditions);
    for (int i = 0; i < result.size(); i++) {
      if (result.get(i).type().equals(condition.type())) {
        result.set(i, condition);
        return result;
      }
    }
    result.add(condition);
    return result;
  }
}

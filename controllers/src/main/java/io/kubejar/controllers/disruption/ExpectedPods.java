package io.kubejar.controllers.disruption;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How many pods a budget should count: those that are there, or those that all of their workloads
/// want together.
record ExpectedPods(Workloads workloads) {

  /// @param count how many
  /// @param unmanaged the names of pods that nobody controls, which are in no sum
  record Expected(int count, List<String> unmanaged) {
    Expected {
      unmanaged = List.copyOf(unmanaged);
    }
  }

  /// @throws UnknownScaleException if a pod's controller cannot say how many pods it wants
  Expected of(PodDisruptionBudget budget, List<Pod> pods) throws InterruptedException {
    return BudgetPlan.needsScale(budget) ? scale(pods) : new Expected(pods.size(), List.of());
  }

  private Expected scale(List<Pod> pods) throws InterruptedException {
    Map<String, Integer> replicas = new HashMap<>();
    var unmanaged = new ArrayList<String>();
    for (var pod : pods) {
      var controller = ControllerRefs.of(pod);
      if (controller.isEmpty()) {
        unmanaged.add(pod.metadata().name());
      } else if (!replicas.containsKey(controller.get().uid())) {
        var wanted =
            workloads
                .of(pod.metadata().namespace(), controller.get())
                .orElseThrow(() -> notFound(pod));
        replicas.put(wanted.uid(), wanted.replicas());
      }
    }
    return new Expected(replicas.values().stream().mapToInt(each -> each).sum(), unmanaged);
  }

  private static UnknownScaleException notFound(Pod pod) {
    return new UnknownScaleException(
        "found no controllers for pod \"%s\"".formatted(pod.metadata().name()));
  }
}

package io.kubejar.controllers.daemonset;

import io.kubejar.api.apps.v1.DaemonSetStatus;
import io.kubejar.controllers.pods.PodStates;

/// What a DaemonSet's status says about nodes and pods. Pure.
final class DaemonStatus {
  private DaemonStatus() {}

  /// The status but for the generation that has been seen.
  static DaemonSetStatus of(Coverage coverage) {
    int desired = 0;
    int scheduled = 0;
    int misscheduled = 0;
    int ready = 0;
    int available = 0;
    int updated = 0;
    for (var node : coverage.nodes().keySet()) {
      var pods = coverage.podsOn(node);
      if (!coverage.shouldRun(node)) {
        misscheduled += pods.isEmpty() ? 0 : 1;
        continue;
      }
      desired++;
      if (pods.isEmpty()) {
        continue;
      }
      scheduled++;
      var oldest = pods.getFirst(); // A surge does not count twice.
      ready += PodStates.isReady(oldest) ? 1 : 0;
      available += coverage.isAvailable(oldest) ? 1 : 0;
      updated += coverage.isUpdated(oldest) ? 1 : 0;
    }
    return coverage.daemonSet().status().toBuilder()
        .desiredNumberScheduled(desired)
        .currentNumberScheduled(scheduled)
        .numberMisscheduled(misscheduled)
        .numberReady(ready)
        .numberAvailable(available)
        .numberUnavailable(desired - available)
        .updatedNumberScheduled(updated)
        .build();
  }
}

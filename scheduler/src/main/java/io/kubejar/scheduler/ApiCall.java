package io.kubejar.scheduler;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.scheduler.framework.PodInfo;
import org.jspecify.annotations.Nullable;

/// Something to tell the API server about a pod.
sealed interface ApiCall {

  Pod pod();

  /// The pod runs on this node from now on.
  record Bind(PodInfo info, String node) implements ApiCall {
    @Override
    public Pod pod() {
      return info.pod();
    }
  }

  /// The pod has no node, and why.
  ///
  /// @param nominatedNode where room is being made for it; null to leave that as it is
  record Report(Pod pod, String reason, String message, @Nullable String nominatedNode)
      implements ApiCall {}

  /// The pod makes room for a more important one.
  record Evict(Pod pod, Pod preemptor, String node) implements ApiCall {}
}

package io.kubejar.kubelet.pod;

import io.kubejar.api.core.v1.Container;
import java.time.Duration;
import java.util.Optional;

/// One thing to do for a pod.
public sealed interface PodAction {
  /// Why a container is stopped: it decides what is said about it, and which hooks run.
  enum Cause {
    POD_ENDS,
    SPEC_CHANGED,
    LIVENESS_FAILED,
    STARTUP_FAILED,
    SANDBOX_LOST,
    RESIZED,
    NOT_NEEDED
  }

  /// Makes the pod's sandbox; `attempt` counts the sandboxes before.
  record CreateSandbox(int attempt) implements PodAction {}

  /// Releases the sandbox with its network; all containers have ended.
  record StopSandbox(SeenSandbox sandbox) implements PodAction {}

  record StartContainer(Container container, boolean init, int attempt) implements PodAction {}

  /// Stops a container, within the grace if there is one, else within the pod's.
  record StopContainer(
      SeenContainer container, Cause cause, String message, Optional<Duration> grace)
      implements PodAction {}

  /// Gives a running container what its pod says now.
  record ResizeContainer(SeenContainer container, Container wanted) implements PodAction {}

  /// Removes a dead container that nobody asks about any more.
  record RemoveContainer(SeenContainer container) implements PodAction {}
}

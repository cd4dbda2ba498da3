package io.kubejar.cri;

import java.time.Instant;

/// Something that happened in containerd, as far as a node cares.
public sealed interface ContainerdEvent {
  /// A process ended; `execId` equals `containerId` when it was the container's first process.
  record TaskExited(String containerId, String execId, int exitStatus, Instant at)
      implements ContainerdEvent {}

  record TaskStarted(String containerId) implements ContainerdEvent {}

  record TaskOutOfMemory(String containerId) implements ContainerdEvent {}

  /// Any other topic, such as `/images/create`.
  record Other(String topic) implements ContainerdEvent {}
}

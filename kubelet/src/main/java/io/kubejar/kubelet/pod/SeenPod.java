package io.kubejar.kubelet.pod;

import java.util.List;
import java.util.Optional;

/// Everything the runtime has of one pod.
///
/// @param sandboxes the newest first
/// @param containers the newest first
public record SeenPod(List<SeenSandbox> sandboxes, List<SeenContainer> containers) {
  public static final SeenPod NOTHING = new SeenPod(List.of(), List.of());

  public SeenPod {
    sandboxes = List.copyOf(sandboxes);
    containers = List.copyOf(containers);
  }

  public Optional<SeenSandbox> sandbox() {
    return sandboxes.stream().findFirst();
  }

  /// The newest container of that name.
  public Optional<SeenContainer> container(String name) {
    return containers.stream().filter(seen -> seen.name().equals(name)).findFirst();
  }

  /// The one before the newest of that name.
  public Optional<SeenContainer> previous(String name) {
    return containers.stream().filter(seen -> seen.name().equals(name)).skip(1).findFirst();
  }

  public List<SeenContainer> running() {
    return containers.stream().filter(seen -> !seen.ended()).toList();
  }
}

package io.kubejar.simulation.kubelet;

import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.simulation.nodes.NodeFleet;
import io.kubejar.simulation.nodes.PodScript.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What pods use now, as their scripts say it.
public final class Usages {
  private Usages() {}

  /// What one running container uses, and since when.
  public record OfContainer(String name, Usage usage, Instant since) {}

  /// What the running containers of a pod use.
  public record OfPod(Pod pod, List<OfContainer> containers) {
    public Usage sum() {
      return Usages.sum(containers.stream().map(OfContainer::usage).toList());
    }
  }

  /// All pods on living nodes that have running containers.
  public static List<OfPod> of(NodeFleet fleet) {
    return fleet.pods().stream()
        .map(pod -> of(pod, fleet.script(pod).usage()))
        .filter(it -> !it.containers().isEmpty())
        .toList();
  }

  private static OfPod of(Pod pod, Usage each) {
    var running =
        pod.status().containerStatuses().stream()
            .flatMap(status -> of(status, each).stream())
            .toList();
    return new OfPod(pod, running);
  }

  private static Optional<OfContainer> of(ContainerStatus status, Usage usage) {
    var running = status.state().running();
    return running == null || running.startedAt() == null
        ? Optional.empty()
        : Optional.of(new OfContainer(status.name(), usage, running.startedAt()));
  }

  public static Usage sum(List<Usage> usages) {
    var cpu = Quantity.ZERO;
    var memory = Quantity.ZERO;
    for (var usage : usages) {
      cpu = cpu.add(usage.cpu());
      memory = memory.add(usage.memory());
    }
    return new Usage(cpu, memory);
  }
}

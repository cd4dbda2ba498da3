package io.kubejar.api.quota;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.Quantity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// What a pod asks for as a whole: its containers together, or the largest step of its start if
/// that is more; what is said for the pod itself counts instead of the sum.
public final class PodTotals {
  private final Function<ResourceRequirements, Map<String, Quantity>> part;
  private final boolean withStatus;

  private PodTotals(
      Function<ResourceRequirements, Map<String, Quantity>> part, boolean withStatus) {
    this.part = part;
    this.withStatus = withStatus;
  }

  /// The requests. While a container is resized, the larger of old and new counts.
  public static Map<String, Quantity> requests(Pod pod) {
    return Amounts.add(requestsOfContainers(pod), pod.spec().overhead());
  }

  /// The requests without what the runtime itself needs.
  public static Map<String, Quantity> requestsOfContainers(Pod pod) {
    return new PodTotals(ResourceRequirements::requests, true).total(pod);
  }

  /// The limits without what the runtime itself needs.
  public static Map<String, Quantity> limitsOfContainers(Pod pod) {
    return new PodTotals(ResourceRequirements::limits, false).total(pod);
  }

  /// The limits. The overhead only adds to what is limited at all.
  public static Map<String, Quantity> limits(Pod pod) {
    var total = new TreeMap<>(limitsOfContainers(pod));
    pod.spec()
        .overhead()
        .forEach(
            (name, amount) ->
                total.computeIfPresent(
                    name, (_, limit) -> limit.isZero() ? limit : limit.add(amount)));
    return total;
  }

  private Map<String, Quantity> total(Pod pod) {
    var spec = pod.spec();
    Map<String, Quantity> running = Map.of();
    for (var container : spec.containers()) {
      running = Amounts.add(running, of(container, pod.status().containerStatuses()));
    }
    Map<String, Quantity> sidecars = Map.of();
    Map<String, Quantity> starting = Map.of();
    for (var container : spec.initContainers()) {
      var own = of(container, pod.status().initContainerStatuses());
      if ("Always".equals(container.restartPolicy())) {
        sidecars = Amounts.add(sidecars, own);
        starting = Amounts.max(starting, sidecars);
      } else {
        starting = Amounts.max(starting, Amounts.add(own, sidecars));
      }
    }
    var total = new TreeMap<>(Amounts.max(Amounts.add(running, sidecars), starting));
    var ofPod = spec.resources();
    if (ofPod != null) {
      total.putAll(part.apply(ofPod));
    }
    return total;
  }

  private Map<String, Quantity> of(Container container, List<ContainerStatus> statuses) {
    var wanted = part.apply(container.resources());
    if (!withStatus) {
      return wanted;
    }
    for (var status : statuses) {
      var given = status.resources();
      if (status.name().equals(container.name()) && given != null) {
        return Amounts.max(wanted, Amounts.max(part.apply(given), status.allocatedResources()));
      }
    }
    return wanted;
  }
}

package io.kubejar.kubelet.pod;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.Quantity;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What running containers have been given, which differs from what their pod says while it is
/// resized. The worker remembers what it changed itself; before that, the status tells, also of
/// what an earlier process has done. Pure.
final class GivenResources {
  private static final List<String> RESIZABLE = List.of("cpu", "memory");

  private GivenResources() {}

  static ResourceRequirements of(
      Pod pod, Container container, SeenContainer found, PodKnowledge knowledge) {
    var changed = knowledge.given().get(found.id());
    if (changed != null) {
      return changed;
    }
    var id = "containerd://" + found.id();
    return Stream.concat(
            pod.status().initContainerStatuses().stream(),
            pod.status().containerStatuses().stream())
        .filter(status -> status.containerID().equals(id))
        .flatMap(status -> Stream.ofNullable(status.resources()))
        .findFirst()
        .orElse(container.resources());
  }

  /// Which resources a container shall have more or less of.
  static Set<String> changed(ResourceRequirements given, ResourceRequirements wanted) {
    var changed = new LinkedHashSet<String>();
    for (var name : RESIZABLE) {
      if (differ(given.requests(), wanted.requests(), name)
          || differ(given.limits(), wanted.limits(), name)) {
        changed.add(name);
      }
    }
    return changed;
  }

  private static boolean differ(
      Map<String, Quantity> one, Map<String, Quantity> other, String name) {
    var first = one.getOrDefault(name, Quantity.ZERO);
    return !first.sameAmountAs(other.getOrDefault(name, Quantity.ZERO));
  }
}

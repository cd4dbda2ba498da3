package io.kubejar.apiserver.admission.podsecurity;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.EphemeralContainer;
import io.kubejar.api.core.v1.Pod;
import java.util.List;
import java.util.stream.Collectors;

/// Whether an update of a pod can change what it may do: other images, or containers that were
/// added. Everything else that matters cannot be changed.
final class SignificantChange {
  private SignificantChange() {}

  static boolean between(Pod before, Pod now) {
    return !images(before.spec().containers()).equals(images(now.spec().containers()))
        || !images(before.spec().initContainers()).equals(images(now.spec().initContainers()))
        || added(before, now);
  }

  private static List<String> images(List<Container> containers) {
    return containers.stream().map(Container::image).toList();
  }

  private static boolean added(Pod before, Pod now) {
    var known =
        before.spec().ephemeralContainers().stream()
            .collect(
                Collectors.toMap(
                    EphemeralContainer::name, EphemeralContainer::image, (first, _) -> first));
    return now.spec().ephemeralContainers().stream()
        .anyMatch(it -> !it.image().equals(known.get(it.name())));
  }
}

package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.EphemeralContainer;
import io.kubejar.api.core.v1.PodSpec;

/// Every container of a pod at its own place: init, regular, ephemeral, in this order.
final class AllContainers {
  private AllContainers() {}

  static void of(Check at, PodSpec pod, Check.ItemCheck<Container> check) {
    at.at("initContainers").each(pod.initContainers(), check);
    at.at("containers").each(pod.containers(), check);
    at.at("ephemeralContainers")
        .each(
            pod.ephemeralContainers(),
            (item, container) -> check.run(item, asContainer(container)));
  }

  /// An ephemeral container as what it has in common with the others.
  static Container asContainer(EphemeralContainer container) {
    return Container.builder()
        .name(container.name())
        .image(container.image())
        .ports(container.ports())
        .env(container.env())
        .envFrom(container.envFrom())
        .resources(container.resources())
        .volumeMounts(container.volumeMounts())
        .volumeDevices(container.volumeDevices())
        .imagePullPolicy(container.imagePullPolicy())
        .securityContext(container.securityContext())
        .terminationMessagePolicy(container.terminationMessagePolicy())
        .resizePolicy(container.resizePolicy())
        .build();
  }
}

package io.kubejar.controllers.endpoints;

import io.kubejar.api.core.v1.EndpointAddress;
import io.kubejar.api.core.v1.EndpointPort;
import io.kubejar.api.core.v1.EndpointSubset;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Service;
import io.kubejar.controllers.pods.PodStates;
import io.kubejar.controllers.services.ServicePods;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The addresses behind a Service, those with the same ports together. Pure; the order does not
/// depend on the pods'.
final class Subsets {
  /// An Endpoints object holds no more addresses than this.
  static final int ADDRESSES_MAX = 1000;

  private static final Comparator<Pod> BY_ADDRESS =
      Comparator.comparing((Pod pod) -> pod.status().podIP())
          .thenComparing(pod -> pod.metadata().uid());

  private Subsets() {}

  static List<EndpointSubset> of(Service service, List<Pod> pods) {
    var family = ServicePods.families(service).getFirst();
    Map<List<EndpointPort>, EndpointSubset> byPorts = new LinkedHashMap<>();
    int count = 0;
    for (var pod : pods.stream().filter(it -> belongs(service, it)).sorted(BY_ADDRESS).toList()) {
      var ports = ports(service, pod);
      var address = address(service, pod, family);
      boolean needsPorts = !service.spec().ports().isEmpty();
      if (address.isEmpty() || (ports.isEmpty() && needsPorts) || count == ADDRESSES_MAX) {
        continue;
      }
      count++;
      boolean ready = service.spec().publishNotReadyAddresses() || PodStates.isReady(pod);
      byPorts.merge(ports, subset(ports, address.get(), ready), Subsets::joined);
    }
    return List.copyOf(byPorts.values());
  }

  private static boolean belongs(Service service, Pod pod) {
    return ServicePods.selects(service, pod)
        && ServicePods.hasAddress(pod)
        && (!PodStates.isBeingDeleted(pod) || service.spec().publishNotReadyAddresses());
  }

  private static EndpointSubset subset(
      List<EndpointPort> ports, EndpointAddress address, boolean ready) {
    return new EndpointSubset(
        ready ? List.of(address) : List.of(), ready ? List.of() : List.of(address), ports);
  }

  private static EndpointSubset joined(EndpointSubset left, EndpointSubset right) {
    return new EndpointSubset(
        joined(left.addresses(), right.addresses()),
        joined(left.notReadyAddresses(), right.notReadyAddresses()),
        left.ports());
  }

  private static <T> List<T> joined(List<T> left, List<T> right) {
    var all = new ArrayList<>(left);
    all.addAll(right);
    return all;
  }

  private static List<EndpointPort> ports(Service service, Pod pod) {
    var ports = new ArrayList<EndpointPort>();
    for (var port : service.spec().ports()) {
      ServicePods.targetPort(port, pod)
          .ifPresent(
              number ->
                  ports.add(
                      new EndpointPort(
                          port.name(),
                          number,
                          ServicePods.protocol(port.protocol()),
                          port.appProtocol())));
    }
    ports.sort(
        Comparator.comparing(EndpointPort::name)
            .thenComparingInt(EndpointPort::port)
            .thenComparing(port -> Objects.toString(port.appProtocol(), "")));
    return List.copyOf(ports);
  }

  private static Optional<EndpointAddress> address(Service service, Pod pod, String family) {
    var node = pod.spec().nodeName();
    return ServicePods.address(pod, family)
        .map(
            ip ->
                EndpointAddress.builder()
                    .ip(ip)
                    .hostname(ServicePods.hostname(service, pod))
                    .nodeName(node.isEmpty() ? null : node)
                    .targetRef(
                        ObjectReference.EMPTY
                            .withKind("Pod")
                            .withNamespace(pod.metadata().namespace())
                            .withName(pod.metadata().name())
                            .withUid(pod.metadata().uid()))
                    .build());
  }
}

package io.kubejar.controllers.endpointslice;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.api.discovery.v1.EndpointConditions;
import io.kubejar.api.discovery.v1.EndpointPort;
import io.kubejar.controllers.pods.PodStates;
import io.kubejar.controllers.services.ServicePods;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The endpoints that a Service should have in one address family, by the ports they share. Pure.
final class WantedEndpoints {
  private static final String ZONE = "topology.kubernetes.io/zone";

  private WantedEndpoints() {}

  static Map<List<EndpointPort>, List<Endpoint>> of(
      Service service, List<Pod> pods, String family, Function<String, Optional<Node>> nodes) {
    var result = new LinkedHashMap<List<EndpointPort>, List<Endpoint>>();
    for (var pod : pods) {
      if (!ServicePods.selects(service, pod) || !ServicePods.hasAddress(pod)) {
        continue;
      }
      var address = ServicePods.address(pod, family);
      if (address.isPresent()) {
        result
            .computeIfAbsent(ports(service, pod), _ -> new ArrayList<>())
            .add(endpoint(service, pod, address.get(), nodes));
      }
    }
    return result;
  }

  private static List<EndpointPort> ports(Service service, Pod pod) {
    var ports = new ArrayList<EndpointPort>();
    for (var port : service.spec().ports()) {
      ServicePods.targetPort(port, pod)
          .ifPresent(
              number ->
                  ports.add(
                      EndpointPort.EMPTY
                          .withName(port.name())
                          .withProtocol(ServicePods.protocol(port.protocol()))
                          .withPort(number)
                          .withAppProtocol(port.appProtocol())));
    }
    return List.copyOf(ports);
  }

  private static Endpoint endpoint(
      Service service, Pod pod, String address, Function<String, Optional<Node>> nodes) {
    boolean serving = PodStates.isReady(pod);
    boolean terminating = PodStates.isBeingDeleted(pod);
    boolean ready = service.spec().publishNotReadyAddresses() || (serving && !terminating);
    var hostname = ServicePods.hostname(service, pod);
    var nodeName = pod.spec().nodeName();
    var zone = nodes.apply(nodeName).map(node -> node.metadata().labels().get(ZONE)).orElse(null);
    return Endpoint.builder()
        .addresses(List.of(address))
        .conditions(
            EndpointConditions.EMPTY
                .withReady(ready)
                .withServing(serving)
                .withTerminating(terminating))
        .hostname(hostname.isEmpty() ? null : hostname)
        .nodeName(nodeName.isEmpty() ? null : nodeName)
        .zone(zone)
        .targetRef(
            ObjectReference.EMPTY
                .withKind("Pod")
                .withNamespace(pod.metadata().namespace())
                .withName(pod.metadata().name())
                .withUid(pod.metadata().uid()))
        .build();
  }
}

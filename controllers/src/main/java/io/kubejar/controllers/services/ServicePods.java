package io.kubejar.controllers.services;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.controllers.pods.PodStates;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Questions about a Service and a pod that may stand behind it. Pure.
public final class ServicePods {
  private ServicePods() {}

  /// Whether its endpoints are found by a selector, and not kept by somebody else.
  public static boolean isManaged(Service service) {
    return !service.spec().selector().isEmpty() && !service.spec().type().equals("ExternalName");
  }

  public static boolean isHeadless(Service service) {
    return service.spec().clusterIP().equals("None");
  }

  public static boolean selects(Service service, Pod pod) {
    return isManaged(service)
        && service.metadata().namespace().equals(pod.metadata().namespace())
        && LabelSelectors.ofMap(service.spec().selector()).matches(pod.metadata().labels());
  }

  /// Whether the pod has an address that anybody could still be sent to.
  public static boolean hasAddress(Pod pod) {
    return !PodStates.isTerminal(pod) && !addresses(pod).isEmpty();
  }

  /// The pod's addresses, the main one first.
  public static List<String> addresses(Pod pod) {
    var status = pod.status();
    return Stream.concat(
            Stream.of(status.podIP()), status.podIPs().stream().map(address -> address.ip()))
        .filter(address -> !address.isEmpty())
        .distinct()
        .toList();
  }

  public static Optional<String> address(Pod pod, String family) {
    boolean six = family.equals("IPv6");
    return addresses(pod).stream()
        .filter(address -> (address.indexOf(':') >= 0) == six)
        .findFirst();
  }

  /// The families that the Service wants; where the API server has set none, IPv4.
  public static List<String> families(Service service) {
    var families = service.spec().ipFamilies();
    return families.isEmpty() ? List.of("IPv4") : families;
  }

  /// The port of the pod that the Service's port leads to. A named one is looked up in the pod, so
  /// it may differ from pod to pod, or be missing.
  public static Optional<Integer> targetPort(ServicePort port, Pod pod) {
    var target = port.targetPort();
    if (target.isInt()) {
      return Optional.of(target.isZero() ? port.port() : target.intValue());
    }
    var name = target.toString();
    if (name.isEmpty()) {
      return Optional.of(port.port());
    }
    return Stream.concat(
            pod.spec().containers().stream(),
            pod.spec().initContainers().stream()
                .filter(container -> "Always".equals(container.restartPolicy())))
        .flatMap(container -> container.ports().stream())
        .filter(
            candidate ->
                candidate.name().equals(name)
                    && protocol(candidate.protocol()).equals(protocol(port.protocol())))
        .map(candidate -> candidate.containerPort())
        .findFirst();
  }

  public static String protocol(String protocol) {
    return protocol.isEmpty() ? "TCP" : protocol;
  }

  /// The pod's own name within the Service, if it asks for one.
  public static String hostname(Service service, Pod pod) {
    return pod.spec().subdomain().equals(service.metadata().name()) ? pod.spec().hostname() : "";
  }

  /// Whether anything that endpoints are made of differs.
  public static boolean differForEndpoints(Pod before, Pod now) {
    return !before.metadata().labels().equals(now.metadata().labels())
        || PodStates.isReady(before) != PodStates.isReady(now)
        || PodStates.isBeingDeleted(before) != PodStates.isBeingDeleted(now)
        || PodStates.isTerminal(before) != PodStates.isTerminal(now)
        || !addresses(before).equals(addresses(now))
        || !before.spec().nodeName().equals(now.spec().nodeName())
        || !before.spec().hostname().equals(now.spec().hostname())
        || !before.spec().subdomain().equals(now.spec().subdomain());
  }
}

package io.kubejar.apiserver.defaulting;

import io.kubejar.api.core.v1.ClientIPConfig;
import io.kubejar.api.core.v1.EndpointSubset;
import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.api.core.v1.SessionAffinityConfig;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.api.networking.v1.IngressClass;
import io.kubejar.api.networking.v1.NetworkPolicy;
import io.kubejar.api.networking.v1.NetworkPolicyPort;
import io.kubejar.apimachinery.IntOrString;
import java.util.List;
import java.util.Objects;

/// Services and what belongs to them, and network policies.
final class NetworkDefaults {
  private static final int SESSION_AFFINITY_SECONDS = 10800;

  private NetworkDefaults() {}

  static Service service(Service service) {
    var spec = service.spec();
    if (spec.sessionAffinity().isEmpty()) {
      spec = spec.withSessionAffinity("None");
    }
    if (spec.sessionAffinity().equals("None")) {
      spec = spec.withSessionAffinityConfig(null);
    }
    if (spec.sessionAffinity().equals("ClientIP") && !hasTimeout(spec)) {
      var config = ClientIPConfig.EMPTY.withTimeoutSeconds(SESSION_AFFINITY_SECONDS);
      spec = spec.withSessionAffinityConfig(SessionAffinityConfig.EMPTY.withClientIP(config));
    }
    if (spec.type().isEmpty()) {
      spec = spec.withType("ClusterIP");
    }
    spec = spec.withPorts(Mapped.each(spec.ports(), NetworkDefaults::port));
    boolean external = spec.type().equals("NodePort") || spec.type().equals("LoadBalancer");
    boolean takesExternal =
        external || (spec.type().equals("ClusterIP") && !spec.externalIPs().isEmpty());
    if (takesExternal && spec.externalTrafficPolicy().isEmpty()) {
      spec = spec.withExternalTrafficPolicy("Cluster");
    }
    boolean internal = external || spec.type().equals("ClusterIP");
    if (internal && spec.internalTrafficPolicy() == null) {
      spec = spec.withInternalTrafficPolicy("Cluster");
    }
    if (spec.type().equals("LoadBalancer") && spec.allocateLoadBalancerNodePorts() == null) {
      spec = spec.withAllocateLoadBalancerNodePorts(true);
    }
    boolean balanced = spec.type().equals("LoadBalancer");
    return balanced ? withModes(service.withSpec(spec)) : service.withSpec(spec);
  }

  private static Service withModes(Service service) {
    var status = service.status();
    var balancer = status.loadBalancer();
    var ingress =
        Mapped.each(
            balancer.ingress(),
            each -> !each.ip().isEmpty() && each.ipMode() == null ? each.withIpMode("VIP") : each);
    return service.withStatus(status.withLoadBalancer(balancer.withIngress(ingress)));
  }

  static IngressClass ingressClass(IngressClass given) {
    var parameters = given.spec().parameters();
    return parameters == null || parameters.scope() != null
        ? given
        : given.withSpec(given.spec().withParameters(parameters.withScope("Cluster")));
  }

  private static boolean hasTimeout(ServiceSpec spec) {
    var config = spec.sessionAffinityConfig();
    return config != null
        && config.clientIP() != null
        && config.clientIP().timeoutSeconds() != null;
  }

  private static ServicePort port(ServicePort given) {
    var port = given.protocol().isEmpty() ? given.withProtocol("TCP") : given;
    var target = port.targetPort();
    boolean unset = target.isZero() || target.equals(IntOrString.of(""));
    return unset ? port.withTargetPort(IntOrString.of(port.port())) : port;
  }

  static Endpoints endpoints(Endpoints endpoints) {
    return endpoints.withSubsets(Mapped.each(endpoints.subsets(), NetworkDefaults::subset));
  }

  private static EndpointSubset subset(EndpointSubset subset) {
    return subset.withPorts(
        Mapped.each(
            subset.ports(), port -> port.protocol().isEmpty() ? port.withProtocol("TCP") : port));
  }

  static EndpointSlice endpointSlice(EndpointSlice slice) {
    return slice.withPorts(
        Mapped.each(
            slice.ports(),
            port ->
                port.withName(Objects.requireNonNullElse(port.name(), ""))
                    .withProtocol(Objects.requireNonNullElse(port.protocol(), "TCP"))));
  }

  static NetworkPolicy networkPolicy(NetworkPolicy policy) {
    var spec = policy.spec();
    if (spec.policyTypes().isEmpty()) {
      spec =
          spec.withPolicyTypes(
              spec.egress().isEmpty() ? List.of("Ingress") : List.of("Ingress", "Egress"));
    }
    return policy.withSpec(
        spec.withIngress(
                Mapped.each(
                    spec.ingress(),
                    rule -> rule.withPorts(Mapped.each(rule.ports(), NetworkDefaults::port))))
            .withEgress(
                Mapped.each(
                    spec.egress(),
                    rule -> rule.withPorts(Mapped.each(rule.ports(), NetworkDefaults::port)))));
  }

  private static NetworkPolicyPort port(NetworkPolicyPort port) {
    return port.protocol() == null ? port.withProtocol("TCP") : port;
  }
}

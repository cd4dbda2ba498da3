package io.kubejar.apiserver.services;

import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What follows for the fields of a Service from its type and from its older state. Pure.
final class ServiceFields {
  static final String NONE = "None";

  private ServiceFields() {}

  static boolean isExternal(ServiceSpec spec) {
    return spec.type().equals("ExternalName");
  }

  static boolean isHeadless(ServiceSpec spec) {
    return !spec.clusterIPs().isEmpty() && spec.clusterIPs().getFirst().equals(NONE);
  }

  /// Its addresses inside the cluster: none for a headless or an external one.
  static List<String> addresses(ServiceSpec spec) {
    return isExternal(spec) || isHeadless(spec) ? List.of() : spec.clusterIPs();
  }

  /// Whether its type has an address, be it `None`.
  static boolean needsClusterIp(ServiceSpec spec) {
    return switch (spec.type()) {
      case "ClusterIP", "NodePort", "LoadBalancer" -> true;
      default -> false;
    };
  }

  /// Whether its type can have ports of nodes.
  static boolean needsNodePorts(ServiceSpec spec) {
    return spec.type().equals("NodePort") || spec.type().equals("LoadBalancer");
  }

  /// Whether it gets a port of the nodes where it names none.
  static boolean allocatesNodePorts(ServiceSpec spec) {
    return spec.type().equals("NodePort")
        || (spec.type().equals("LoadBalancer")
            && !Boolean.FALSE.equals(spec.allocateLoadBalancerNodePorts()));
  }

  static boolean needsHealthPort(ServiceSpec spec) {
    return spec.type().equals("LoadBalancer") && spec.externalTrafficPolicy().equals("Local");
  }

  private static boolean takesExternalTraffic(ServiceSpec spec) {
    return spec.type().equals("NodePort")
        || spec.type().equals("LoadBalancer")
        || (spec.type().equals("ClusterIP") && !spec.externalIPs().isEmpty());
  }

  static Set<Integer> nodePorts(ServiceSpec spec) {
    return spec.ports().stream()
        .map(ServicePort::nodePort)
        .filter(port -> port != 0)
        .collect(Collectors.toCollection(HashSet::new));
  }

  /// Fills in what the Service was given before and the client left out: who sends the same
  /// manifest again means the same Service.
  static ServiceSpec keepingAllocated(ServiceSpec now, ServiceSpec was) {
    var kept = now;
    if (needsClusterIp(was) && needsClusterIp(now)) {
      if (kept.clusterIP().isEmpty()) {
        kept = kept.withClusterIP(was.clusterIP());
      }
      if (kept.clusterIPs().isEmpty() && kept.clusterIP().equals(was.clusterIP())) {
        kept = kept.withClusterIPs(was.clusterIPs());
      }
    }
    if (needsNodePorts(was) && needsNodePorts(now)) {
      kept = kept.withPorts(keptPorts(kept, was));
    }
    if (needsHealthPort(was) && needsHealthPort(now) && kept.healthCheckNodePort() == 0) {
      kept = kept.withHealthCheckNodePort(was.healthCheckNodePort());
    }
    return kept;
  }

  /// Ports keep, by their names, the ports of the nodes that no other one asks for now.
  private static List<ServicePort> keptPorts(ServiceSpec now, ServiceSpec was) {
    var used = nodePorts(was);
    used.retainAll(nodePorts(now));
    var before = new HashMap<String, Integer>();
    was.ports().forEach(port -> before.put(port.name(), port.nodePort()));
    var kept = new ArrayList<ServicePort>();
    for (var port : now.ports()) {
      int old = before.getOrDefault(port.name(), 0);
      boolean takes = port.nodePort() == 0 && old != 0 && used.add(old);
      kept.add(takes ? port.withNodePort(old) : port);
    }
    return kept;
  }

  /// Makes `clusterIPs` follow `clusterIP` for clients that know the latter only.
  static ServiceSpec withBothForms(ServiceSpec now, @Nullable ServiceSpec was) {
    boolean single = !now.clusterIP().isEmpty();
    if (was == null) {
      return single && now.clusterIPs().isEmpty()
          ? now.withClusterIPs(List.of(now.clusterIP()))
          : now;
    }
    if (now.clusterIP().equals(was.clusterIP())) {
      return now.clusterIPs().isEmpty() ? now.withClusterIPs(was.clusterIPs()) : now;
    }
    if (!now.clusterIPs().equals(was.clusterIPs())) {
      return now; // Both were changed, and validation tells whether they go together.
    }
    return now.withClusterIPs(single ? List.of(now.clusterIP()) : List.of());
  }

  /// Drops what a new type has no use for, unless the client has changed it too: then validation
  /// refuses it.
  static ServiceSpec withoutUnneeded(ServiceSpec now, ServiceSpec was) {
    var kept = now;
    if (needsClusterIp(was) && !needsClusterIp(now)) {
      if (now.clusterIP().equals(was.clusterIP()) && now.clusterIPs().equals(was.clusterIPs())) {
        kept = kept.withClusterIP("").withClusterIPs(List.of());
      }
      if (now.ipFamilies().equals(was.ipFamilies())) {
        kept = kept.withIpFamilies(List.of());
      }
      if (Objects.equals(now.ipFamilyPolicy(), was.ipFamilyPolicy())) {
        kept = kept.withIpFamilyPolicy(null);
      }
    }
    if (needsNodePorts(was) && !needsNodePorts(now) && asksForNoOther(now, was)) {
      kept = kept.withPorts(now.ports().stream().map(port -> port.withNodePort(0)).toList());
    }
    if (needsHealthPort(was)
        && !needsHealthPort(now)
        && now.healthCheckNodePort() == was.healthCheckNodePort()) {
      kept = kept.withHealthCheckNodePort(0);
    }
    return withoutUnneededPolicies(kept, was);
  }

  private static ServiceSpec withoutUnneededPolicies(ServiceSpec now, ServiceSpec was) {
    var kept = now;
    boolean balances = now.type().equals("LoadBalancer");
    boolean balanced = was.type().equals("LoadBalancer");
    if (balanced && !balances) {
      if (Objects.equals(
          now.allocateLoadBalancerNodePorts(), was.allocateLoadBalancerNodePorts())) {
        kept = kept.withAllocateLoadBalancerNodePorts(null);
      }
      if (Objects.equals(now.loadBalancerClass(), was.loadBalancerClass())) {
        kept = kept.withLoadBalancerClass(null);
      }
    }
    if (takesExternalTraffic(was)
        && !takesExternalTraffic(now)
        && now.externalTrafficPolicy().equals(was.externalTrafficPolicy())) {
      kept = kept.withExternalTrafficPolicy("");
    }
    return kept;
  }

  private static boolean asksForNoOther(ServiceSpec now, ServiceSpec was) {
    return nodePorts(was).containsAll(nodePorts(now));
  }
}

package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Services.
final class Services {
  private static final String HEADLESS = "None";
  private static final String ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'";
  private static final String SOURCE_RANGES =
      "service.beta.kubernetes.io/load-balancer-source-ranges";
  private static final String TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints";
  private static final String TOPOLOGY_MODE = "service.kubernetes.io/topology-mode";
  private static final List<String> DISTRIBUTIONS =
      List.of("PreferClose", "PreferSameZone", "PreferSameNode");
  private static final int LONGEST_AFFINITY_SECONDS = 86_400;
  private static final String NOT_ACCESSIBLE = "may only be set for externally-accessible services";

  private Services() {}

  static void service(Check root, Service service) {
    service(root, service, Service.EMPTY.spec());
  }

  static void service(Check root, Service service, Service old) {
    if (service.spec().equals(old.spec())
        && service.metadata().annotations().equals(old.metadata().annotations())) {
      return;
    }
    ServiceAddresses.change(root, service, old);
    var at = root.at("spec");
    if (isBalanced(service.spec()) && isBalanced(old.spec())) {
      var before = old.spec().loadBalancerClass();
      if (!Objects.equals(service.spec().loadBalancerClass(), before)) {
        at.at("loadBalancerClass")
            .invalid(service.spec().loadBalancerClass(), "may not change once set");
      }
    }
    loadBalancerClass(at.at("loadBalancerClass"), service.spec());
    if (needsHealthCheck(service.spec())
        && needsHealthCheck(old.spec())
        && service.spec().healthCheckNodePort() != old.spec().healthCheckNodePort()) {
      at.at("healthCheckNodePort").forbidden(Check.IMMUTABLE);
    }
    service(root, service, old.spec());
  }

  /// @param old texts that it has are not looked at again
  private static void service(Check root, Service service, ServiceSpec old) {
    topology(root.at("metadata").at("annotations"), service.metadata().annotations());
    var at = root.at("spec");
    var spec = service.spec();
    boolean external = spec.type().equals("ExternalName");
    if (spec.ports().isEmpty() && !isHeadless(spec) && !external) {
      at.at("ports").required("");
    }
    type(at, spec);
    names(at.at("ports"), spec);
    MetadataValidation.labels(at.at("selector"), spec.selector());
    affinity(at, spec);
    ServiceAddresses.check(at, spec);
    at.at("externalIPs")
        .each(spec.externalIPs(), (item, text) -> externalAddress(item, text, old.externalIPs()));
    at.at("type").oneOf(spec.type(), "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    ports(at.at("ports"), spec);
    sourceRanges(root, service, old);
    if (spec.allocateLoadBalancerNodePorts() != null && !isBalanced(spec)) {
      at.at("allocateLoadBalancerNodePorts").forbidden(ONLY_BALANCED);
    }
    if (spec.allocateLoadBalancerNodePorts() == null && isBalanced(spec)) {
      root.at("allocateLoadBalancerNodePorts").required("");
    }
    loadBalancerClass(at.at("loadBalancerClass"), spec);
    traffic(at, spec);
  }

  private static void topology(Check at, Map<String, String> annotations) {
    var hints = annotations.get(TOPOLOGY_HINTS);
    var mode = annotations.get(TOPOLOGY_MODE);
    if (hints != null && mode != null && !mode.equals(hints)) {
      at.key(TOPOLOGY_MODE)
          .invalid(mode, "must match annotations[" + TOPOLOGY_HINTS + "] when both are specified");
    }
  }

  private static boolean isHeadless(ServiceSpec spec) {
    return spec.clusterIPs().equals(List.of(HEADLESS));
  }

  private static boolean isBalanced(ServiceSpec spec) {
    return spec.type().equals("LoadBalancer");
  }

  private static boolean needsHealthCheck(ServiceSpec spec) {
    return isBalanced(spec) && spec.externalTrafficPolicy().equals("Local");
  }

  private static void type(Check at, ServiceSpec spec) {
    switch (spec.type()) {
      case "LoadBalancer", "NodePort" -> {
        if (isHeadless(spec)) {
          at.at("clusterIPs")
              .at(0)
              .invalid(HEADLESS, "may not be set to 'None' for " + spec.type() + " services");
        }
      }
      case "ExternalName" -> {
        if (!spec.clusterIPs().isEmpty()) {
          at.at("clusterIPs").forbidden("may not be set for ExternalName services");
        }
        if (!spec.ipFamilies().isEmpty()) {
          at.at("ipFamilies").forbidden("may not be set for ExternalName services");
        }
        if (spec.ipFamilyPolicy() != null) {
          at.at("ipFamilyPolicy").forbidden("may not be set for ExternalName services");
        }
        var name = spec.externalName();
        var domain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (domain.isEmpty()) {
          at.at("externalName").required("");
        } else {
          at.at("externalName").format(domain, Formats::dns1123Subdomain);
        }
      }
      default -> {}
    }
  }

  private static void names(Check at, ServiceSpec spec) {
    var names = new HashSet<String>();
    boolean named = spec.ports().size() > 1;
    at.each(
        spec.ports(),
        (item, port) -> {
          if (port.name().isEmpty() && named) {
            item.at("name").required("");
          } else if (!port.name().isEmpty()) {
            item.at("name").format(port.name(), Formats::dns1123Label);
            if (!names.add(port.name())) {
              item.at("name").duplicate(port.name());
            }
          }
          port(item, port);
        });
  }

  private static void ports(Check at, ServiceSpec spec) {
    Set<String> nodePorts = new HashSet<>();
    if (spec.type().equals("ClusterIP")) {
      at.each(
          spec.ports(),
          (item, port) -> {
            if (port.nodePort() != 0) {
              item.at("nodePort").forbidden("may not be used when `type` is 'ClusterIP'");
            }
          });
    }
    at.each(
        spec.ports(),
        (item, port) -> {
          if (port.nodePort() != 0 && !nodePorts.add(port.protocol() + port.nodePort())) {
            item.at("nodePort").duplicate(port.nodePort());
          }
        });
    Set<String> numbers = new HashSet<>();
    at.each(
        spec.ports(),
        (item, port) -> {
          if (!numbers.add(port.protocol() + port.port())) {
            item.duplicate(ServicePort.EMPTY.withProtocol(port.protocol()).withPort(port.port()));
          }
        });
  }

  private static void port(Check at, ServicePort port) {
    at.at("port").messages(port.port(), Formats.portNumber(port.port()));
    at.at("protocol").oneOf(port.protocol(), "SCTP", "TCP", "UDP");
    Handlers.portOrName(at.at("targetPort"), port.targetPort());
    if (port.appProtocol() != null) {
      at.at("appProtocol").format(port.appProtocol(), Formats::labelKey);
    }
  }

  private static void affinity(Check at, ServiceSpec spec) {
    at.at("sessionAffinity").oneOf(spec.sessionAffinity(), "ClientIP", "None");
    var config = at.at("sessionAffinityConfig");
    var given = spec.sessionAffinityConfig();
    var client = given == null ? null : given.clientIP();
    var timeout = client == null ? null : client.timeoutSeconds();
    if (spec.sessionAffinity().equals("ClientIP")) {
      var missing = "when session affinity type is ClientIP";
      if (given == null) {
        config.required(missing);
      } else if (client == null) {
        config.at("clientIP").required(missing);
      } else if (timeout == null) {
        config.at("clientIP").at("timeoutSeconds").required(missing);
      } else if (timeout <= 0 || timeout > LONGEST_AFFINITY_SECONDS) {
        config
            .at("clientIP")
            .at("timeoutSeconds")
            .invalid(timeout, "must be greater than 0 and less than " + LONGEST_AFFINITY_SECONDS);
      }
    } else if (spec.sessionAffinity().equals("None") && given != null) {
      config.forbidden("must not be set when session affinity is None");
    }
  }

  private static void externalAddress(Check at, String text, List<String> old) {
    int before = at.errors().size();
    IpAddresses.address(at, text, old);
    if (at.errors().size() == before) {
      endpointAddress(at, text);
    }
  }

  /// An address that traffic can be sent to from outside of its machine.
  static void endpointAddress(Check at, String text) {
    var address = IpAddresses.parse(text);
    if (address.isEmpty()) {
      at.invalid(text, "must be a valid IP address");
      return;
    }
    if (address.get().isAnyLocalAddress()) {
      at.invalid(text, "may not be unspecified (" + text + ")");
    }
    if (address.get().isLoopbackAddress()) {
      at.invalid(text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
    }
    if (address.get().isLinkLocalAddress()) {
      at.invalid(text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    }
    if (address.get().isMCLinkLocal()) {
      at.invalid(text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }
  }

  private static void traffic(Check at, ServiceSpec spec) {
    boolean accessible =
        spec.type().equals("NodePort")
            || spec.type().equals("LoadBalancer")
            || (spec.type().equals("ClusterIP") && !spec.externalIPs().isEmpty());
    var policy = spec.externalTrafficPolicy();
    if (!accessible && !policy.isEmpty()) {
      at.at("externalTrafficPolicy").invalid(policy, NOT_ACCESSIBLE);
    } else if (accessible) {
      at.at("externalTrafficPolicy").oneOf(policy, "Cluster", "Local");
    }
    int health = spec.healthCheckNodePort();
    if (health != 0 && needsHealthCheck(spec)) {
      at.at("healthCheckNodePort").messages(health, Formats.portNumber(health));
    } else if (health != 0) {
      at.at("healthCheckNodePort")
          .invalid(
              health,
              "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is"
                  + " 'Local'");
    }
    var internal = spec.internalTrafficPolicy();
    if (internal == null) {
      if (accessible || spec.type().equals("ClusterIP")) {
        at.at("internalTrafficPolicy").required("");
      }
    } else if (!internal.equals("Cluster") && !internal.equals("Local")) {
      at.at("internalTrafficPolicy").notSupported(internal, "Cluster", "Local");
    }
    var distribution = spec.trafficDistribution();
    if (distribution != null && !DISTRIBUTIONS.contains(distribution)) {
      at.at("trafficDistribution").notSupported(distribution, DISTRIBUTIONS.toArray(String[]::new));
    }
  }

  private static void sourceRanges(Check root, Service service, ServiceSpec old) {
    var spec = service.spec();
    var annotation = service.metadata().annotations().get(SOURCE_RANGES);
    if (!spec.loadBalancerSourceRanges().isEmpty()) {
      var at = root.at("spec").at("LoadBalancerSourceRanges"); // As upstream writes it.
      if (!isBalanced(spec)) {
        at.forbidden(ONLY_BALANCED);
      }
      var before = old.loadBalancerSourceRanges().stream().map(String::strip).toList();
      at.each(
          spec.loadBalancerSourceRanges(),
          (item, range) -> IpAddresses.range(item, range.strip(), before));
    } else if (annotation != null) {
      var at = root.at("metadata").at("annotations").key(SOURCE_RANGES);
      if (!isBalanced(spec)) {
        at.forbidden(ONLY_BALANCED);
      }
      if (!annotation.isBlank()) {
        for (var range : annotation.split(",", -1)) {
          IpAddresses.range(at, range.strip());
        }
      }
    }
  }

  private static void loadBalancerClass(Check at, ServiceSpec spec) {
    var name = spec.loadBalancerClass();
    if (name == null) {
      return;
    }
    if (isBalanced(spec)) {
      at.format(name, Formats::labelKey);
    } else {
      at.forbidden(ONLY_BALANCED);
    }
  }
}

package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.Set;

/// Services.
final class Services {
  private static final String HEADLESS = "None";
  private static final int LONGEST_AFFINITY_SECONDS = 86_400;
  private static final String NOT_ACCESSIBLE = "may only be set for externally-accessible services";

  private Services() {}

  static void service(Check root, Service service) {
    var at = root.at("spec");
    var spec = service.spec();
    boolean external = spec.type().equals("ExternalName");
    boolean headless = spec.clusterIP().equals(HEADLESS);
    if (spec.ports().isEmpty() && !headless && !external) {
      at.at("ports").required("");
    }
    type(at, spec);
    ports(at.at("ports"), spec);
    MetadataValidation.labels(at.at("selector"), spec.selector());
    affinity(at, spec);
    addresses(at, spec);
    traffic(at, spec);
    loadBalancer(at, spec);
  }

  private static void type(Check at, ServiceSpec spec) {
    at.at("type").oneOf(spec.type(), "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    boolean headless = spec.clusterIP().equals(HEADLESS);
    switch (spec.type()) {
      case "LoadBalancer", "NodePort" -> {
        if (headless) {
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

  private static void ports(Check at, ServiceSpec spec) {
    var names = new HashSet<String>();
    Set<String> numbers = new HashSet<>();
    Set<String> nodePorts = new HashSet<>();
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
          if (!numbers.add(port.protocol() + port.port())) {
            item.duplicate(ServicePort.EMPTY.withProtocol(port.protocol()).withPort(port.port()));
          }
          if (port.nodePort() != 0) {
            nodePort(item.at("nodePort"), spec, port, nodePorts);
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

  private static void nodePort(
      Check at, ServiceSpec spec, ServicePort port, Set<String> nodePorts) {
    if (spec.type().equals("ClusterIP")) {
      at.forbidden("may not be used when `type` is 'ClusterIP'");
    }
    if (!nodePorts.add(port.protocol() + port.nodePort())) {
      at.duplicate(port.nodePort());
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

  private static void addresses(Check at, ServiceSpec spec) {
    ServiceAddresses.check(at, spec);
    at.at("externalIPs").each(spec.externalIPs(), Services::externalAddress);
  }

  private static void externalAddress(Check at, String text) {
    var address = IpAddresses.parse(text);
    IpAddresses.address(at, text);
    if (address.isEmpty()) {
      return;
    }
    if (address.get().isAnyLocalAddress()) {
      at.invalid(text, "may not be unspecified (0.0.0.0 or ::)");
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
    if (spec.healthCheckNodePort() != 0
        && !(spec.type().equals("LoadBalancer") && policy.equals("Local"))) {
      at.at("healthCheckNodePort")
          .invalid(
              spec.healthCheckNodePort(),
              "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is"
                  + " 'Local'");
    }
    var internal = spec.internalTrafficPolicy();
    if (internal == null) {
      if (!spec.type().equals("ExternalName")) {
        at.at("internalTrafficPolicy").required("");
      }
    } else {
      at.at("internalTrafficPolicy").oneOf(internal, "Cluster", "Local");
    }
    at.at("trafficDistribution")
        .oneOfOrEmpty(
            spec.trafficDistribution(), "PreferClose", "PreferSameNode", "PreferSameZone");
  }

  private static void loadBalancer(Check at, ServiceSpec spec) {
    boolean balanced = spec.type().equals("LoadBalancer");
    var only = "may only be used when `type` is 'LoadBalancer'";
    if (!spec.loadBalancerSourceRanges().isEmpty()) {
      if (!balanced) {
        at.at("loadBalancerSourceRanges").forbidden(only);
      }
      at.at("loadBalancerSourceRanges")
          .each(
              spec.loadBalancerSourceRanges(),
              (item, range) -> IpAddresses.range(item, range.strip()));
    }
    if (spec.allocateLoadBalancerNodePorts() != null && !balanced) {
      at.at("allocateLoadBalancerNodePorts").forbidden(only);
    }
    if (spec.allocateLoadBalancerNodePorts() == null && balanced) {
      at.at("allocateLoadBalancerNodePorts").required("");
    }
    if (spec.loadBalancerClass() != null) {
      if (!balanced) {
        at.at("loadBalancerClass").forbidden(only);
      }
      at.at("loadBalancerClass").format(spec.loadBalancerClass(), Formats::labelKey);
    }
  }

  static void service(Check root, Service service, Service old) {
    if (service.spec().equals(old.spec())) {
      return;
    }
    ServiceAddresses.change(root, service, old);
    service(root, service);
    var at = root.at("spec");
    boolean bothBalanced =
        service.spec().type().equals("LoadBalancer") && old.spec().type().equals("LoadBalancer");
    if (bothBalanced) {
      at.at("loadBalancerClass")
          .immutable(service.spec().loadBalancerClass(), old.spec().loadBalancerClass());
    }
  }
}

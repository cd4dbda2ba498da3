package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.EndpointSubset;
import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.api.networking.v1.HTTPIngressPath;
import io.kubejar.api.networking.v1.Ingress;
import io.kubejar.api.networking.v1.IngressBackend;
import io.kubejar.api.networking.v1.IngressTLS;
import io.kubejar.api.networking.v1.NetworkPolicy;
import io.kubejar.api.networking.v1.NetworkPolicyPeer;
import io.kubejar.api.networking.v1.NetworkPolicyPort;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.format.Formats;
import java.util.List;

/// Endpoints, EndpointSlices, Ingresses, NetworkPolicies.
final class Networking {
  private static final int MOST_ENDPOINTS = 1000;
  private static final int MOST_ADDRESSES = 100;

  private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";

  private Networking() {}

  static void endpoints(Check root, Endpoints endpoints) {
    root.at("subsets").each(endpoints.subsets(), Networking::subset);
  }

  private static void subset(Check at, EndpointSubset subset) {
    if (subset.addresses().isEmpty() && subset.notReadyAddresses().isEmpty()) {
      at.required("must specify `addresses` or `notReadyAddresses`");
    }
    at.at("addresses")
        .each(
            subset.addresses(),
            (item, address) -> IpAddresses.address(item.at("ip"), address.ip()));
    at.at("notReadyAddresses")
        .each(
            subset.notReadyAddresses(),
            (item, address) -> IpAddresses.address(item.at("ip"), address.ip()));
    at.at("ports")
        .each(
            subset.ports(),
            (item, port) -> {
              if (subset.ports().size() > 1 && port.name().isEmpty()) {
                item.at("name").required("");
              } else if (!port.name().isEmpty()) {
                item.at("name").format(port.name(), Formats::dns1123Label);
              }
              item.at("port").messages(port.port(), Formats.portNumber(port.port()));
              item.at("protocol").oneOf(port.protocol(), "SCTP", "TCP", "UDP");
            });
  }

  static void endpointSlice(Check root, EndpointSlice slice) {
    root.at("addressType").oneOf(slice.addressType(), "FQDN", "IPv4", "IPv6");
    if (slice.endpoints().size() > MOST_ENDPOINTS) {
      root.at("endpoints").tooMany(slice.endpoints().size(), MOST_ENDPOINTS);
    }
    root.at("endpoints")
        .each(
            slice.endpoints(),
            (item, endpoint) -> {
              var addresses = item.at("addresses");
              if (endpoint.addresses().isEmpty()) {
                addresses.required("must contain at least 1 address");
              } else if (endpoint.addresses().size() > MOST_ADDRESSES) {
                addresses.tooMany(endpoint.addresses().size(), MOST_ADDRESSES);
              }
              addresses.each(
                  endpoint.addresses(), (place, address) -> address(place, slice, address));
              if (endpoint.nodeName() != null) {
                item.at("nodeName").format(endpoint.nodeName(), Formats::dns1123Subdomain);
              }
            });
    root.at("ports")
        .each(
            slice.ports(),
            (item, port) -> {
              var name = port.name();
              if (name != null && !name.isEmpty()) {
                item.at("name").format(name, Formats::dns1123Label);
              }
              if (port.protocol() == null) {
                item.at("protocol").required("");
              } else {
                item.at("protocol").oneOf(port.protocol(), "SCTP", "TCP", "UDP");
              }
            });
  }

  private static void address(Check at, EndpointSlice slice, String address) {
    switch (slice.addressType()) {
      case "IPv4" -> {
        if (IpAddresses.parse(address).isEmpty() || IpAddresses.isIpv6(address)) {
          at.invalid(address, "must be an IPv4 address");
        }
      }
      case "IPv6" -> {
        if (IpAddresses.parse(address).isEmpty() || !IpAddresses.isIpv6(address)) {
          at.invalid(address, "must be an IPv6 address");
        }
      }
      case "FQDN" -> at.format(address, Formats::dns1123Subdomain);
      default -> {}
    }
  }

  static void endpointSlice(Check root, EndpointSlice slice, EndpointSlice old) {
    endpointSlice(root, slice);
    root.at("addressType").immutable(slice.addressType(), old.addressType());
  }

  static void ingress(Check root, Ingress ingress) {
    var at = root.at("spec");
    var spec = ingress.spec();
    if (spec.rules().isEmpty() && spec.defaultBackend() == null) {
      at.invalid(spec.rules(), "either `defaultBackend` or `rules` must be specified");
    }
    if (spec.defaultBackend() != null) {
      backend(at.at("defaultBackend"), spec.defaultBackend());
    }
    at.at("rules")
        .each(
            spec.rules(),
            (item, rule) -> {
              host(item.at("host"), rule.host());
              var http = rule.http();
              if (http != null) {
                var paths = item.at("http").at("paths");
                paths.nonEmpty(http.paths());
                paths.each(http.paths(), Networking::path);
              }
            });
    at.at("tls").each(spec.tls(), Networking::tls);
    if (spec.ingressClassName() != null) {
      at.at("ingressClassName").format(spec.ingressClassName(), Formats::dns1123Subdomain);
    }
  }

  private static void tls(Check at, IngressTLS tls) {
    at.at("hosts")
        .each(
            tls.hosts(),
            (item, host) ->
                item.format(
                    host,
                    host.contains("*")
                        ? Formats::wildcardDns1123Subdomain
                        : Formats::dns1123Subdomain));
    if (!tls.secretName().isEmpty()) {
      at.at("secretName").format(tls.secretName(), Formats::dns1123Subdomain);
    }
  }

  /// A new ingress says its class in one way only.
  static void newIngress(Check root, Ingress ingress) {
    ingress(root, ingress);
    var annotation = ingress.metadata().annotations().get(CLASS_ANNOTATION);
    if (annotation != null && ingress.spec().ingressClassName() != null) {
      root.at("annotations")
          .at(CLASS_ANNOTATION)
          .invalid(annotation, "can not be set when the class field is also set");
    }
  }

  private static void host(Check at, String host) {
    if (host.isEmpty()) {
      return;
    }
    if (IpAddresses.parse(host).isPresent()) {
      at.invalid(host, "must be a DNS name, not an IP address");
    }
    at.format(
        host, host.contains("*") ? Formats::wildcardDns1123Subdomain : Formats::dns1123Subdomain);
  }

  private static void path(Check at, HTTPIngressPath path) {
    var type = path.pathType();
    if (type == null) {
      at.at("pathType").required("pathType must be specified");
    } else {
      switch (type) {
        case "Exact", "Prefix" -> {
          if (!path.path().startsWith("/")) {
            at.at("path").invalid(path.path(), "must be an absolute path");
          }
          for (var forbidden : List.of("//", "/./", "/../", "%2f", "%2F")) {
            if (path.path().contains(forbidden)) {
              at.at("path").invalid(path.path(), "must not contain '" + forbidden + "'");
            }
          }
          for (var forbidden : List.of("/..", "/.")) {
            if (path.path().endsWith(forbidden)) {
              at.at("path").invalid(path.path(), "cannot end with '" + forbidden + "'");
            }
          }
        }
        case "ImplementationSpecific" -> {
          if (!path.path().isEmpty() && !path.path().startsWith("/")) {
            at.at("path").invalid(path.path(), "must be an absolute path");
          }
        }
        default ->
            at.at("pathType").notSupported(type, "Exact", "ImplementationSpecific", "Prefix");
      }
    }
    backend(at.at("backend"), path.backend());
  }

  private static void backend(Check at, IngressBackend backend) {
    var service = backend.service();
    var resource = backend.resource();
    if (service != null && resource != null) {
      at.invalid("", "cannot set both resource and service backends");
    } else if (resource != null) {
      if (resource.apiGroup() != null) {
        at.at("resource").at("apiGroup").format(resource.apiGroup(), Formats::dns1123Subdomain);
      }
      NetworkKinds.named(at.at("resource").at("kind"), resource.kind());
      NetworkKinds.named(at.at("resource").at("name"), resource.name());
    } else if (service == null) {
      at.invalid("", "resource or service backend is required");
    } else {
      if (service.name().isEmpty()) {
        at.at("service").at("name").required("");
      } else {
        at.at("service").at("name").format(service.name(), Formats::dns1035Label);
      }
      var port = service.port();
      if (!port.name().isEmpty() && port.number() != 0) {
        at.invalid("", "cannot set both port name & port number");
      } else if (!port.name().isEmpty()) {
        at.at("service").at("port").at("name").format(port.name(), Formats::portName);
      } else if (port.number() != 0) {
        at.at("service")
            .at("port")
            .at("number")
            .messages(port.number(), Formats.portNumber(port.number()));
      } else {
        at.required("port name or number is required");
      }
    }
  }

  static void networkPolicy(Check root, NetworkPolicy policy) {
    var at = root.at("spec");
    var spec = policy.spec();
    MetadataValidation.selector(at.at("podSelector"), spec.podSelector());
    at.at("ingress")
        .each(
            spec.ingress(),
            (item, rule) -> {
              item.at("ports").each(rule.ports(), Networking::policyPort);
              item.at("from").each(rule.from(), Networking::peer);
            });
    at.at("egress")
        .each(
            spec.egress(),
            (item, rule) -> {
              item.at("ports").each(rule.ports(), Networking::policyPort);
              item.at("to").each(rule.to(), Networking::peer);
            });
    if (spec.policyTypes().size() > 2) {
      at.at("policyTypes").invalid(spec.policyTypes(), "may not specify more than two policyTypes");
      return;
    }
    at.at("policyTypes")
        .each(spec.policyTypes(), (item, type) -> item.oneOf(type, "Ingress", "Egress"));
  }

  private static void policyPort(Check at, NetworkPolicyPort port) {
    at.at("protocol").oneOfOrEmpty(port.protocol(), "SCTP", "TCP", "UDP");
    if (port.port() != null) {
      Handlers.portOrName(at.at("port"), port.port());
    }
    var end = port.endPort();
    if (end != null) {
      if (port.port() == null) {
        at.at("endPort").invalid(end, "may not be specified when `port` is not specified");
      } else if (!(port.port() instanceof IntOrString.OfInt(int start))) {
        at.at("endPort").invalid(end, "may not be specified when `port` is non-numeric");
      } else if (end < start) {
        at.at("endPort").invalid(start, "must be greater than or equal to `port`");
      }
    }
  }

  private static void peer(Check at, NetworkPolicyPeer peer) {
    var block = peer.ipBlock();
    int kinds = 0;
    if (peer.podSelector() != null) {
      kinds++;
      MetadataValidation.selector(at.at("podSelector"), peer.podSelector());
    }
    if (peer.namespaceSelector() != null) {
      kinds++;
      MetadataValidation.selector(at.at("namespaceSelector"), peer.namespaceSelector());
    }
    if (block != null) {
      if (kinds > 0) {
        at.forbidden("may not specify both ipBlock and another peer");
      }
      kinds++;
      if (block.cidr().isEmpty()) {
        at.at("ipBlock").at("cidr").required("");
      } else {
        IpAddresses.range(at.at("ipBlock").at("cidr"), block.cidr());
      }
      at.at("ipBlock").at("except").each(block.except(), IpAddresses::range);
    }
    if (kinds == 0) {
      at.required("must specify a peer");
    }
  }
}

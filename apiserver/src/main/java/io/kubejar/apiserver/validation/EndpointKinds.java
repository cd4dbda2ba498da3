package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.EndpointAddress;
import io.kubejar.api.core.v1.EndpointSubset;
import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.api.discovery.v1.EndpointHints;
import io.kubejar.api.discovery.v1.EndpointPort;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.format.Formats;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Endpoints and EndpointSlices.
final class EndpointKinds {
  private static final int MOST_ENDPOINTS = 1000;
  private static final int MOST_ADDRESSES = 100;
  private static final int MOST_PORTS = 20_000;
  private static final int MOST_LABELS = 16;
  private static final int MOST_HINTS = 8;

  private EndpointKinds() {}

  static void endpoints(Check root, Endpoints endpoints) {
    root.at("subsets").each(endpoints.subsets(), EndpointKinds::subset);
  }

  static void endpoints(Check root, Endpoints endpoints, Endpoints old) {
    if (!endpoints.subsets().equals(old.subsets())) {
      endpoints(root, endpoints);
    }
  }

  private static void subset(Check at, EndpointSubset subset) {
    if (subset.addresses().isEmpty() && subset.notReadyAddresses().isEmpty()) {
      at.required("must specify `addresses` or `notReadyAddresses`");
    }
    at.at("addresses").each(subset.addresses(), EndpointKinds::address);
    at.at("notReadyAddresses").each(subset.notReadyAddresses(), EndpointKinds::address);
    boolean named = subset.ports().size() > 1;
    at.at("ports")
        .each(
            subset.ports(),
            (item, port) -> {
              if (named && port.name().isEmpty()) {
                item.at("name").required("");
              } else if (!port.name().isEmpty()) {
                item.at("name").format(port.name(), Formats::dns1123Label);
              }
              item.at("port").messages(port.port(), Formats.portNumber(port.port()));
              item.at("protocol").oneOf(port.protocol(), "SCTP", "TCP", "UDP");
              application(item.at("appProtocol"), port.appProtocol());
            });
  }

  private static void application(Check at, @Nullable String protocol) {
    if (protocol != null) {
      at.format(protocol, Formats::labelKey);
    }
  }

  private static void address(Check at, EndpointAddress address) {
    IpAddresses.address(at.at("ip"), address.ip());
    if (!address.hostname().isEmpty()) {
      at.at("hostname").format(address.hostname(), Formats::dns1123Label);
    }
    if (address.nodeName() != null) {
      at.at("nodeName").format(address.nodeName(), Formats::dns1123Subdomain);
    }
    reachable(at.at("ip"), address.ip());
  }

  /// Loopback addresses pass, which upstream refuses: the server of a cluster on one machine, and
  /// pods that are processes of it, may listen nowhere else.
  private static void reachable(Check at, String text) {
    if (IpAddresses.parse(text).filter(InetAddress::isLoopbackAddress).isEmpty()) {
      Services.endpointAddress(at, text);
    }
  }

  static void endpointSlice(Check root, EndpointSlice slice) {
    type(root, slice);
    ports(root.at("ports"), slice);
    endpoints(root.at("endpoints"), slice);
  }

  static void endpointSlice(Check root, EndpointSlice slice, EndpointSlice old) {
    type(root, slice);
    ports(root.at("ports"), slice);
    if (!slice.endpoints().equals(old.endpoints())) {
      endpoints(root.at("endpoints"), slice);
    }
    root.at("addressType").immutable(slice.addressType(), old.addressType());
  }

  private static void type(Check root, EndpointSlice slice) {
    root.at("addressType").oneOf(slice.addressType(), "FQDN", "IPv4", "IPv6");
  }

  private static void ports(Check at, EndpointSlice slice) {
    if (slice.ports().size() > MOST_PORTS) {
      at.tooMany(slice.ports().size(), MOST_PORTS);
      return;
    }
    var names = new HashSet<String>();
    at.each(slice.ports(), (item, port) -> port(item, port, names));
  }

  private static void port(Check at, EndpointPort port, Set<String> names) {
    var name = port.name() == null ? "" : port.name();
    if (!name.isEmpty()) {
      at.at("name").format(name, Formats::dns1123Label);
    }
    if (!names.add(name)) {
      at.at("name").duplicate(name);
    }
    var protocol = port.protocol();
    if (protocol == null) {
      at.at("protocol").required("");
    } else if (!Set.of("SCTP", "TCP", "UDP").contains(protocol)) {
      at.at("protocol").notSupported(protocol, "SCTP", "TCP", "UDP");
    }
    application(at.at("appProtocol"), port.appProtocol());
  }

  private static void endpoints(Check at, EndpointSlice slice) {
    if (slice.endpoints().size() > MOST_ENDPOINTS) {
      at.tooMany(slice.endpoints().size(), MOST_ENDPOINTS);
      return;
    }
    at.each(slice.endpoints(), (item, endpoint) -> endpoint(item, endpoint, slice.addressType()));
  }

  private static void endpoint(Check at, Endpoint endpoint, String type) {
    var addresses = at.at("addresses");
    if (endpoint.addresses().isEmpty()) {
      addresses.required("must contain at least 1 address");
    } else if (endpoint.addresses().size() > MOST_ADDRESSES) {
      addresses.tooMany(endpoint.addresses().size(), MOST_ADDRESSES);
    }
    addresses.each(
        endpoint.addresses(), (item, address) -> address(addresses, item, type, address));
    if (endpoint.nodeName() != null) {
      at.at("nodeName").format(endpoint.nodeName(), Formats::dns1123Subdomain);
    }
    var topology = at.at("deprecatedTopology");
    if (endpoint.deprecatedTopology().size() > MOST_LABELS) {
      topology.tooMany(endpoint.deprecatedTopology().size(), MOST_LABELS);
    }
    MetadataValidation.labels(topology, endpoint.deprecatedTopology());
    if (endpoint.hostname() != null) {
      at.at("hostname").format(endpoint.hostname(), Formats::dns1123Label);
    }
    if (endpoint.hints() != null) {
      hints(at.at("hints"), endpoint.hints());
    }
  }

  private static void address(Check list, Check at, String type, String address) {
    int before = at.errors().size();
    switch (type) {
      case "IPv4" -> IpAddresses.address(at, address);
      case "IPv6" -> IpAddresses.canonical(at, address);
      case "FQDN" -> domain(at, address);
      default -> {}
    }
    if (type.equals("FQDN") || at.errors().size() > before) {
      return;
    }
    if (type.equals("IPv4") && IpAddresses.isIpv6(address)) {
      list.invalid(address, "must be an IPv4 address");
    } else if (type.equals("IPv6") && !IpAddresses.isIpv6(address)) {
      list.invalid(address, "must be an IPv6 address");
    }
    if (type.startsWith("IP")) {
      reachable(at, address);
    }
  }

  private static void domain(Check at, String text) {
    if (text.isEmpty()) {
      at.required("");
      return;
    }
    var name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    var wrong = Formats.dns1123Subdomain(name);
    if (!wrong.isEmpty()) {
      at.invalid(name, String.join(",", wrong));
      return;
    }
    var labels = name.split("\\.", -1);
    if (labels.length < 2) {
      at.invalid(name, "should be a domain with at least two segments separated by dots");
      return;
    }
    for (var label : labels) {
      var faults = Formats.dns1123Label(label);
      if (!faults.isEmpty()) {
        at.invalid(label, String.join(",", faults));
        return;
      }
    }
  }

  private static void hints(Check at, EndpointHints hints) {
    var zones = at.at("forZones");
    if (hints.forZones().size() > MOST_HINTS) {
      zones.tooMany(hints.forZones().size(), MOST_HINTS);
      return;
    }
    var seen = new HashSet<String>();
    zones.each(
        hints.forZones(),
        (item, zone) -> {
          if (!seen.add(zone.name())) {
            item.at("name").duplicate(zone.name());
          }
          item.at("name").format(zone.name(), Formats::labelValue);
        });
    var nodes = at.at("forNodes");
    if (hints.forNodes().size() > MOST_HINTS) {
      nodes.tooMany(hints.forNodes().size(), MOST_HINTS);
      return;
    }
    var names = new HashSet<String>();
    nodes.each(
        hints.forNodes(),
        (item, node) -> {
          if (!names.add(node.name())) {
            item.at("name").duplicate(node.name());
          }
          item.at("name").format(node.name(), Formats::dns1123Subdomain);
        });
  }
}

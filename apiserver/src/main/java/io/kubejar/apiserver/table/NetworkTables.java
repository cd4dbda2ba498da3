package io.kubejar.apiserver.table;

import static io.kubejar.apiserver.table.Column.AGE;
import static io.kubejar.apiserver.table.Column.NAME;
import static io.kubejar.apiserver.table.Column.text;
import static io.kubejar.apiserver.table.Column.wide;

import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.LoadBalancerIngress;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.discovery.v1.EndpointPort;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.api.networking.v1.IPAddress;
import io.kubejar.api.networking.v1.Ingress;
import io.kubejar.api.networking.v1.IngressClass;
import io.kubejar.api.networking.v1.IngressRule;
import io.kubejar.api.networking.v1.NetworkPolicy;
import io.kubejar.api.networking.v1.ParentReference;
import io.kubejar.api.networking.v1.ServiceCIDR;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Tables of Services and what stands around them.
final class NetworkTables {
  /// How many endpoints or hosts a cell names.
  private static final int SHOWN = 3;

  private NetworkTables() {}

  static final TableView<Service> SERVICE =
      new TableView<>(
          List.of(
              NAME,
              text("Type", "how the service is reached"),
              text("Cluster-IP", "its address inside the cluster"),
              text("External-IP", "its addresses outside"),
              text("Port(s)", "its ports"),
              AGE,
              wide("Selector", "which pods answer")),
          (service, now) ->
              List.of(
                  service.metadata().name(),
                  service.spec().type(),
                  service.spec().clusterIPs().isEmpty()
                      ? Texts.NONE
                      : service.spec().clusterIPs().getFirst(),
                  externalAddresses(service),
                  Texts.orNone(ports(service.spec().ports())),
                  Ages.of(service, now),
                  Texts.labels(service.spec().selector())));

  static final TableView<Endpoints> ENDPOINTS =
      new TableView<>(
          List.of(NAME, text("Endpoints", "addresses and ports that answer"), AGE),
          (endpoints, now) ->
              List.of(endpoints.metadata().name(), addresses(endpoints), Ages.of(endpoints, now)));

  static final TableView<EndpointSlice> ENDPOINT_SLICE =
      new TableView<>(
          List.of(
              NAME,
              text("AddressType", "the family of the addresses"),
              text("Ports", "ports that answer"),
              text("Endpoints", "addresses that answer"),
              AGE),
          (slice, now) ->
              List.of(
                  slice.metadata().name(),
                  slice.addressType(),
                  slicePorts(slice.ports()),
                  sliceAddresses(slice),
                  Ages.of(slice, now)));

  static final TableView<Ingress> INGRESS =
      new TableView<>(
          List.of(
              NAME,
              text("Class", "who serves it"),
              text("Hosts", "hosts it answers for"),
              text("Address", "where it is reached"),
              text("Ports", "ports it answers on"),
              AGE),
          (ingress, now) ->
              List.of(
                  ingress.metadata().name(),
                  Texts.orNone(ingress.spec().ingressClassName()),
                  hosts(ingress.spec().rules()),
                  sorted(
                      ingress.status().loadBalancer().ingress().stream()
                          .map(each -> each.ip().isEmpty() ? each.hostname() : each.ip())
                          .filter(each -> !each.isEmpty())),
                  ingress.spec().tls().isEmpty() ? "80" : "80, 443",
                  Ages.of(ingress, now)));

  static final TableView<IngressClass> INGRESS_CLASS =
      new TableView<>(
          List.of(
              NAME,
              text("Controller", "who serves the class"),
              text("Parameters", "the object with its settings"),
              AGE),
          (ingressClass, now) ->
              List.of(
                  ingressClass.metadata().name(),
                  ingressClass.spec().controller(),
                  parameters(ingressClass),
                  Ages.of(ingressClass, now)));

  static final TableView<NetworkPolicy> NETWORK_POLICY =
      new TableView<>(
          List.of(NAME, text("Pod-Selector", "which pods it is about"), AGE),
          (policy, now) ->
              List.of(
                  policy.metadata().name(),
                  Texts.selector(policy.spec().podSelector()),
                  Ages.of(policy, now)));

  static final TableView<ServiceCIDR> SERVICE_CIDR =
      new TableView<>(
          List.of(NAME, text("CIDRs", "ranges of service addresses"), AGE),
          (range, now) ->
              List.of(
                  range.metadata().name(),
                  String.join(",", range.spec().cidrs()),
                  Ages.of(range, now)));

  static final TableView<IPAddress> IP_ADDRESS =
      new TableView<>(
          List.of(NAME, text("ParentRef", "whom the address belongs to")),
          (address, _) -> List.of(address.metadata().name(), parent(address.spec().parentRef())));

  private static String externalAddresses(Service service) {
    var external = service.spec().externalIPs();
    return switch (service.spec().type()) {
      case "ExternalName" -> service.spec().externalName();
      case "LoadBalancer" -> {
        var balanced =
            sorted(
                service.status().loadBalancer().ingress().stream()
                    .map(NetworkTables::addressOf)
                    .filter(each -> !each.isEmpty()));
        var all = new ArrayList<String>();
        if (!balanced.isEmpty()) {
          all.add(balanced);
        }
        all.addAll(external);
        yield all.isEmpty() ? "<pending>" : String.join(",", all);
      }
      default -> external.isEmpty() ? Texts.NONE : String.join(",", external);
    };
  }

  private static String addressOf(LoadBalancerIngress ingress) {
    return ingress.ip().isEmpty() ? ingress.hostname() : ingress.ip();
  }

  private static String sorted(Stream<String> addresses) {
    return addresses.distinct().sorted().collect(Collectors.joining(","));
  }

  private static String ports(List<ServicePort> ports) {
    return ports.stream()
        .map(
            port ->
                port.port()
                    + (port.nodePort() > 0 ? ":" + port.nodePort() : "")
                    + "/"
                    + port.protocol())
        .collect(Collectors.joining(","));
  }

  private static String addresses(Endpoints endpoints) {
    var all =
        endpoints.subsets().stream()
            .flatMap(
                subset ->
                    subset.ports().isEmpty()
                        ? subset.addresses().stream().map(address -> address.ip())
                        : subset.ports().stream()
                            .flatMap(
                                port ->
                                    subset.addresses().stream()
                                        .map(address -> hostPort(address.ip(), port.port()))))
            .toList();
    return endpoints.subsets().isEmpty() ? Texts.NONE : Texts.few(all, SHOWN);
  }

  private static String parent(@Nullable ParentReference parent) {
    if (parent == null) {
      return Texts.NONE;
    }
    var resource =
        parent.group().isEmpty() ? parent.resource() : parent.resource() + "." + parent.group();
    var namespace = parent.namespace().isEmpty() ? "" : "/" + parent.namespace();
    return resource.toLowerCase(Locale.ROOT) + namespace + "/" + parent.name();
  }

  private static String hostPort(String host, int port) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  private static String slicePorts(List<EndpointPort> ports) {
    if (ports.isEmpty()) {
      return Texts.UNSET;
    }
    return Texts.few(
        ports.stream()
            .map(
                port ->
                    port.port() != null
                        ? port.port().toString()
                        : Objects.requireNonNullElse(port.name(), "*"))
            .toList(),
        SHOWN);
  }

  private static String sliceAddresses(EndpointSlice slice) {
    var all = slice.endpoints().stream().flatMap(each -> each.addresses().stream()).toList();
    return all.isEmpty() ? Texts.UNSET : Texts.few(all, SHOWN);
  }

  private static String hosts(List<IngressRule> rules) {
    var hosts = new ArrayList<String>();
    boolean more = false;
    for (var rule : rules) {
      more |= hosts.size() == SHOWN;
      if (!more && !rule.host().isEmpty()) {
        hosts.add(rule.host());
      }
    }
    var shown = hosts.isEmpty() ? "*" : String.join(",", hosts);
    // Upstream counts the rules, even those that are for any host.
    return more ? shown + " + " + (rules.size() - SHOWN) + " more..." : shown;
  }

  private static String parameters(IngressClass ingressClass) {
    var parameters = ingressClass.spec().parameters();
    if (parameters == null) {
      return Texts.NONE;
    }
    var group = parameters.apiGroup();
    return parameters.kind() + (group == null ? "" : "." + group) + "/" + parameters.name();
  }
}

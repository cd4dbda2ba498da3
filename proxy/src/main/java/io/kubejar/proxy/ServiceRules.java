package io.kubejar.proxy;

import io.kubejar.api.core.v1.LoadBalancerIngress;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Decides what one Service needs in the table of one family. Pure.
final class ServiceRules {
  static final String CLUSTER_IPS = "cluster-ips";
  static final String EXTERNAL_IPS = "external-ips";
  static final String NODE_PORTS = "node-ports";
  static final String UNSERVED_IPS = "unserved-ips";
  static final String UNSERVED_NODE_PORTS = "unserved-node-ports";

  private static final int USUAL_AFFINITY_SECONDS = 3 * 60 * 60;

  /// Up to so many targets a connection passes one rule after the other; beyond, a map is faster.
  private static final int MOST_DICE = 16;

  private static final String REFUSE = "goto refuse";
  private static final String MARK = "jump mark-for-masquerade";

  private final Service service;
  private final List<EndpointSlice> slices;
  private final Family family;
  private final ProxyConfig config;
  private final Fragment.Builder fragment = new Fragment.Builder();

  private ServiceRules(
      Service service, List<EndpointSlice> slices, Family family, ProxyConfig config) {
    this.service = service;
    this.slices = slices;
    this.family = family;
    this.config = config;
  }

  static Fragment of(
      Service service, List<EndpointSlice> slices, Family family, ProxyConfig config) {
    var type = service.spec().type();
    if (type.equals("ExternalName") || service.spec().clusterIP().equals("None")) {
      return Fragment.EMPTY;
    }
    var rules = new ServiceRules(service, slices, family, config);
    service.spec().ports().forEach(rules::add);
    return rules.fragment.build();
  }

  /// One port of the Service with everything that depends on it.
  private record Port(
      String protocol, int number, int nodePort, Target.Choice targets, ChainNames names) {}

  private void add(ServicePort servicePort) {
    var protocol = Target.protocol(servicePort.protocol()).toLowerCase(Locale.ROOT);
    var port =
        new Port(
            protocol,
            servicePort.port(),
            servicePort.nodePort(),
            Target.choose(servicePort, family, slices, config.nodeName()),
            new ChainNames(ObjectKey.of(service), protocol, servicePort.name()));
    var internal = "Local".equals(service.spec().internalTrafficPolicy());
    var external = isLocalOnly();
    var outside = externalAddresses();
    boolean reachedFromOutside = port.nodePort() > 0 || !outside.isEmpty();
    addTargets(port);
    if (!internal || (reachedFromOutside && !external)) {
      addServiceChain(port, false);
    }
    if (internal || (reachedFromOutside && external)) {
      addServiceChain(port, true);
    }
    for (var address : clusterAddresses()) {
      lead(
          CLUSTER_IPS,
          UNSERVED_IPS,
          address + " . " + protocol + " . " + port.number(),
          port,
          internal);
    }
    if (reachedFromOutside) {
      addExternal(port, external, outside);
    }
  }

  /// An entry for traffic inside the cluster.
  private void lead(String served, String unserved, String key, Port port, boolean local) {
    if (!targets(port, local).isEmpty()) {
      fragment.element(served, key, "goto " + port.names().service(local));
    } else {
      // Nobody anywhere is an error to tell the caller; nobody here, by the owner's wish, is
      // silence.
      fragment.element(unserved, key, port.targets().all().isEmpty() ? REFUSE : "drop");
    }
  }

  private static List<Target> targets(Port port, boolean local) {
    return local ? port.targets().local() : port.targets().all();
  }

  private void addTargets(Port port) {
    var all = new ArrayList<>(port.targets().all());
    port.targets().local().stream().filter(target -> !all.contains(target)).forEach(all::add);
    for (var target : all) {
      var rules = new ArrayList<String>();
      boolean throughBridge = target.local() && !config.bridgeNetfilter();
      var clients = throughBridge ? cidrs(config.podCidrs(family)) : target.address();
      rules.add(family.keyword() + " saddr " + clients + " " + MARK);
      if (hasAffinity()) {
        var set = port.names().affinity(target, affinitySeconds());
        fragment.set(set, affinitySet());
        rules.add("update @" + set + " { " + family.keyword() + " saddr }");
      }
      rules.add(
          "meta l4proto "
              + port.protocol()
              + " dnat to "
              + family.withPort(target.address(), target.port()));
      fragment.chain(port.names().endpoint(target), rules);
    }
  }

  private void addServiceChain(Port port, boolean local) {
    var targets = targets(port, local);
    if (targets.isEmpty()) {
      return;
    }
    var rules = new ArrayList<String>();
    var pods = config.podCidrs(family);
    if (!pods.isEmpty()) {
      for (var address : clusterAddresses()) {
        // A pod answers to a pod directly; anybody else must get the answer through us.
        rules.add(
            "%s daddr %s %s saddr != %s %s"
                .formatted(family.keyword(), address, family.keyword(), cidrs(pods), MARK));
      }
    }
    if (hasAffinity()) {
      for (var target : targets) {
        rules.add(
            family.keyword()
                + " saddr @"
                + port.names().affinity(target, affinitySeconds())
                + " goto "
                + port.names().endpoint(target));
      }
    }
    addDice(rules, port, targets);
    fragment.chain(port.names().service(local), rules);
  }

  /// Each target has the same chance. A few are tried by one rule after the other: a map inside of
  /// a rule is a set of its own to the kernel, and thousands of those in one transaction take
  /// minutes.
  private static void addDice(List<String> rules, Port port, List<Target> targets) {
    var names = targets.stream().map(port.names()::endpoint).toList();
    if (targets.size() <= MOST_DICE) {
      for (int left = targets.size(); left > 1; left--) {
        var name = names.get(targets.size() - left);
        rules.add("numgen random mod " + left + " == 0 goto " + name);
      }
      rules.add("goto " + names.getLast());
      return;
    }
    var choices = new ArrayList<String>();
    for (int i = 0; i < names.size(); i++) {
      choices.add(i + " : goto " + names.get(i));
    }
    rules.add("numgen random mod " + names.size() + " vmap { " + String.join(", ", choices) + " }");
  }

  private void addExternal(Port port, boolean local, List<String> addresses) {
    var chain = port.names().external();
    if (!port.targets().all().isEmpty()) {
      fragment.chain(chain, local ? localOnly(port) : List.of(MARK, goTo(port, false)));
    }
    var entry = firewalled(port, chain);
    for (var address : addresses) {
      leadOutside(
          EXTERNAL_IPS,
          UNSERVED_IPS,
          address + " . " + port.protocol() + " . " + port.number(),
          port,
          isIngress(address) ? entry : chain);
    }
    if (port.nodePort() > 0) {
      leadOutside(
          NODE_PORTS, UNSERVED_NODE_PORTS, port.protocol() + " . " + port.nodePort(), port, chain);
    }
  }

  private void leadOutside(String served, String unserved, String key, Port port, String chain) {
    if (port.targets().all().isEmpty()) {
      fragment.element(unserved, key, REFUSE);
    } else {
      fragment.element(served, key, "goto " + chain);
    }
  }

  /// Traffic from outside stays on the node and keeps its source; our own pods and processes may go
  /// anywhere.
  private List<String> localOnly(Port port) {
    addServiceChain(port, false);
    var rules = new ArrayList<String>();
    var anywhere = goTo(port, false);
    var pods = config.podCidrs(family);
    if (!pods.isEmpty()) {
      rules.add(family.keyword() + " saddr " + cidrs(pods) + " " + anywhere);
    }
    rules.add("fib saddr type local " + MARK);
    rules.add("fib saddr type local " + anywhere);
    rules.add(port.targets().local().isEmpty() ? "drop" : goTo(port, true));
    return rules;
  }

  private static String goTo(Port port, boolean local) {
    return "goto " + port.names().service(local);
  }

  /// Where traffic to an address of a load balancer enters, if not everybody may use it.
  private String firewalled(Port port, String chain) {
    var ranges =
        service.spec().loadBalancerSourceRanges().stream()
            .map(String::strip)
            .filter(range -> Family.of(range) == family)
            .toList();
    if (ranges.isEmpty() || port.targets().all().isEmpty()) {
      return chain;
    }
    fragment.chain(
        port.names().firewall(),
        List.of(family.keyword() + " saddr != " + cidrs(ranges) + " drop", "goto " + chain));
    return port.names().firewall();
  }

  private List<String> clusterAddresses() {
    var spec = service.spec();
    var addresses = spec.clusterIPs().isEmpty() ? List.of(spec.clusterIP()) : spec.clusterIPs();
    return addresses.stream()
        .filter(address -> !address.isEmpty() && Family.of(address) == family)
        .toList();
  }

  private List<String> externalAddresses() {
    var addresses = new ArrayList<String>();
    if (config.externalIPs()) {
      addresses.addAll(service.spec().externalIPs());
    }
    for (var ingress : service.status().loadBalancer().ingress()) {
      if (service.spec().type().equals("LoadBalancer") && isOurs(ingress)) {
        addresses.add(ingress.ip());
      }
    }
    addresses.removeIf(address -> Family.of(address) != family);
    return addresses.stream().distinct().toList();
  }

  private boolean isIngress(String address) {
    return service.status().loadBalancer().ingress().stream()
        .anyMatch(ingress -> ingress.ip().equals(address));
  }

  /// A load balancer that rewrites addresses itself sends to node ports instead.
  private static boolean isOurs(LoadBalancerIngress ingress) {
    return !ingress.ip().isEmpty() && !"Proxy".equals(ingress.ipMode());
  }

  private boolean isLocalOnly() {
    return "Local".equals(service.spec().externalTrafficPolicy());
  }

  private boolean hasAffinity() {
    return "ClientIP".equals(service.spec().sessionAffinity());
  }

  private String affinitySet() {
    return "type %s; flags dynamic,timeout; timeout %ds;"
        .formatted(family.addressType(), affinitySeconds());
  }

  private int affinitySeconds() {
    var given = service.spec().sessionAffinityConfig();
    var clientIp = given == null ? null : given.clientIP();
    var timeout = clientIp == null ? null : clientIp.timeoutSeconds();
    return timeout == null ? USUAL_AFFINITY_SECONDS : timeout;
  }

  private static String cidrs(List<String> cidrs) {
    return cidrs.size() == 1 ? cidrs.getFirst() : "{ " + String.join(", ", cidrs) + " }";
  }
}

package io.kubejar.apiserver.validation;

import io.kubejar.api.networking.v1.IPBlock;
import io.kubejar.api.networking.v1.NetworkPolicy;
import io.kubejar.api.networking.v1.NetworkPolicyPeer;
import io.kubejar.api.networking.v1.NetworkPolicyPort;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// NetworkPolicies.
final class NetworkPolicies {
  private static final int MOST_TYPES = 2;

  private final Set<String> old;

  private NetworkPolicies(Set<String> old) {
    this.old = old;
  }

  static void policy(Check root, NetworkPolicy policy) {
    new NetworkPolicies(Set.of()).check(root.at("spec"), policy);
  }

  /// Ranges that the policy had are not looked at again.
  static void policy(Check root, NetworkPolicy policy, NetworkPolicy old) {
    var ranges = new HashSet<String>();
    Stream.concat(
            old.spec().ingress().stream().flatMap(rule -> rule.from().stream()),
            old.spec().egress().stream().flatMap(rule -> rule.to().stream()))
        .map(NetworkPolicyPeer::ipBlock)
        .forEach(
            block -> {
              if (block != null) {
                ranges.add(block.cidr());
                ranges.addAll(block.except());
              }
            });
    new NetworkPolicies(ranges).check(root.at("spec"), policy);
  }

  private void check(Check at, NetworkPolicy policy) {
    var spec = policy.spec();
    MetadataValidation.selector(at.at("podSelector"), spec.podSelector());
    at.at("ingress")
        .each(
            spec.ingress(),
            (item, rule) -> {
              item.at("ports").each(rule.ports(), NetworkPolicies::port);
              item.at("from").each(rule.from(), this::peer);
            });
    at.at("egress")
        .each(
            spec.egress(),
            (item, rule) -> {
              item.at("ports").each(rule.ports(), NetworkPolicies::port);
              item.at("to").each(rule.to(), this::peer);
            });
    var types = at.at("policyTypes");
    if (spec.policyTypes().size() > MOST_TYPES) {
      types.invalid(spec.policyTypes(), "may not specify more than two policyTypes");
      return;
    }
    types.each(
        spec.policyTypes(),
        (item, type) -> {
          if (!type.equals("Ingress") && !type.equals("Egress")) {
            item.notSupported(type, "Ingress", "Egress");
          }
        });
  }

  private static void port(Check at, NetworkPolicyPort port) {
    var protocol = port.protocol();
    if (protocol != null && !List.of("TCP", "UDP", "SCTP").contains(protocol)) {
      at.at("protocol").notSupported(protocol, "TCP", "UDP", "SCTP");
    }
    var end = port.endPort();
    switch (port.port()) {
      case null -> {
        if (end != null) {
          at.at("endPort").invalid(end, "may not be specified when `port` is not specified");
        }
      }
      case IntOrString.OfInt(int start) -> {
        at.at("port").messages(start, Formats.portNumber(start));
        if (end != null && end < start) {
          at.at("endPort").invalid(start, "must be greater than or equal to `port`");
        }
        if (end != null) {
          at.at("endPort").messages(end, Formats.portNumber(end));
        }
      }
      case IntOrString.OfString(var name) -> {
        if (end != null) {
          at.at("endPort").invalid(end, "may not be specified when `port` is non-numeric");
        }
        at.at("port").format(name, Formats::portName);
      }
    }
  }

  private void peer(Check at, NetworkPolicyPeer peer) {
    MetadataValidation.selector(at.at("podSelector"), peer.podSelector());
    MetadataValidation.selector(at.at("namespaceSelector"), peer.namespaceSelector());
    boolean selected = peer.podSelector() != null || peer.namespaceSelector() != null;
    var block = peer.ipBlock();
    if (block != null) {
      block(at.at("ipBlock"), block);
    }
    if (block == null && !selected) {
      at.required("must specify a peer");
    } else if (block != null && selected) {
      at.forbidden("may not specify both ipBlock and another peer");
    }
  }

  private void block(Check at, IPBlock block) {
    if (block.cidr().isEmpty()) {
      at.at("cidr").required("");
      return;
    }
    IpAddresses.range(at.at("cidr"), block.cidr(), old);
    if (!IpAddresses.isRange(block.cidr())) {
      return;
    }
    at.at("except")
        .each(
            block.except(),
            (item, range) -> {
              IpAddresses.range(item, range, old);
              if (IpAddresses.isRange(range) && !IpAddresses.isWithin(range, block.cidr())) {
                item.invalid(range, "must be a strict subset of `cidr`");
              }
            });
  }
}

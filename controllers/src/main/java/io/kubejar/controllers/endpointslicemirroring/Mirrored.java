package io.kubejar.controllers.endpointslicemirroring;

import io.kubejar.api.core.v1.EndpointAddress;
import io.kubejar.api.core.v1.EndpointSubset;
import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.api.discovery.v1.EndpointConditions;
import io.kubejar.api.discovery.v1.EndpointPort;
import io.kubejar.apimachinery.network.IpText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the slices of an Endpoints object should hold: one slice per subset and family of
/// addresses. Pure.
///
/// @param contents never an empty one
/// @param invalid how many addresses are no addresses
/// @param tooMany how many addresses are left out because their subset has too many
record Mirrored(List<Content> contents, int invalid, int tooMany) {
  /// Of one subset no more addresses are mirrored than this, upstream's default: each subset then
  /// has one slice per family.
  static final int ADDRESSES_MAX = 1000;

  Mirrored {
    contents = List.copyOf(contents);
  }

  /// What one slice should hold.
  ///
  /// @param family `IPv4` or `IPv6`
  record Content(String family, List<EndpointPort> ports, List<Endpoint> endpoints) {
    Content {
      ports = List.copyOf(ports);
      endpoints = List.copyOf(endpoints);
    }
  }

  static Mirrored of(Endpoints endpoints) {
    var contents = new ArrayList<Content>();
    int invalid = 0;
    int tooMany = 0;
    for (var subset : Repacked.of(endpoints.subsets())) {
      var taken = Taken.of(subset);
      invalid += taken.invalid;
      tooMany += taken.tooMany;
      taken.byFamily.forEach(
          (family, unique) ->
              contents.add(new Content(family, ports(subset), new ArrayList<>(unique.values()))));
    }
    return new Mirrored(contents, invalid, tooMany);
  }

  private static List<EndpointPort> ports(EndpointSubset subset) {
    return subset.ports().stream()
        .map(
            port -> new EndpointPort(port.name(), port.protocol(), port.port(), port.appProtocol()))
        .toList();
  }

  /// What makes two endpoints the same.
  private record Identity(String address, String hostname, String namespace, String name) {
    static Identity of(String address, String hostname, @Nullable ObjectReference target) {
      return new Identity(
          address,
          hostname,
          target == null ? "" : target.namespace(),
          target == null ? "" : target.name());
    }
  }

  /// The addresses of one subset, as far as they are taken.
  private static final class Taken {
    final Map<String, Map<Identity, Endpoint>> byFamily = new LinkedHashMap<>();
    int added;
    int invalid;
    int tooMany;

    static Taken of(EndpointSubset subset) {
      var taken = new Taken();
      subset.addresses().forEach(address -> taken.add(address, true));
      subset.notReadyAddresses().forEach(address -> taken.add(address, false));
      return taken;
    }

    private void add(EndpointAddress address, boolean ready) {
      if (added == ADDRESSES_MAX) {
        tooMany++;
        return;
      }
      var ip = canonical(address.ip());
      if (ip.isEmpty()) {
        invalid++;
        return;
      }
      added++;
      byFamily
          .computeIfAbsent(IpText.family(ip.get()), _ -> new LinkedHashMap<>())
          .put(
              Identity.of(ip.get(), address.hostname(), address.targetRef()),
              Endpoint.builder()
                  .addresses(List.of(ip.get()))
                  .conditions(EndpointConditions.EMPTY.withReady(ready))
                  .hostname(address.hostname().isEmpty() ? null : address.hostname())
                  .nodeName(address.nodeName())
                  .targetRef(address.targetRef())
                  .build());
    }

    private static Optional<String> canonical(String text) {
      try {
        return Optional.of(IpText.canonical(text));
      } catch (IllegalArgumentException _) {
        return Optional.empty();
      }
    }
  }
}

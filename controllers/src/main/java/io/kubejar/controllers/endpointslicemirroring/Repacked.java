package io.kubejar.controllers.endpointslicemirroring;

import io.kubejar.api.core.v1.EndpointAddress;
import io.kubejar.api.core.v1.EndpointPort;
import io.kubejar.api.core.v1.EndpointSubset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Subsets in their simplest form: addresses that have the same ports in one subset, and none of
/// them twice. As upstream, where an address is both ready and not, it is not. Pure.
final class Repacked {
  private static final Comparator<EndpointPort> ORDER =
      Comparator.comparing(EndpointPort::name)
          .thenComparing(EndpointPort::protocol)
          .thenComparingInt(EndpointPort::port)
          .thenComparing(port -> Objects.toString(port.appProtocol(), ""));

  private Repacked() {}

  /// What makes two addresses the same.
  private record Place(String ip, String uid) {
    static Place of(EndpointAddress address) {
      var target = address.targetRef();
      return new Place(address.ip(), target == null ? "" : target.uid());
    }
  }

  static List<EndpointSubset> of(List<EndpointSubset> subsets) {
    Map<Place, EndpointAddress> addresses = new LinkedHashMap<>();
    Map<Optional<EndpointPort>, Map<Place, Boolean>> ready = new LinkedHashMap<>();
    for (var subset : subsets) {
      for (var port : portsOf(subset)) {
        var places = ready.computeIfAbsent(port, _ -> new LinkedHashMap<>());
        note(subset.addresses(), true, places, addresses);
        note(subset.notReadyAddresses(), false, places, addresses);
      }
    }
    Map<Map<Place, Boolean>, List<EndpointPort>> ports = new LinkedHashMap<>();
    ready.forEach(
        (port, places) ->
            port.ifPresentOrElse(
                ports.computeIfAbsent(places, _ -> new ArrayList<>())::add, () -> {}));
    return ports.entrySet().stream()
        .map(entry -> subset(entry.getKey(), addresses, entry.getValue()))
        .toList();
  }

  /// A subset without ports counts too.
  private static List<Optional<EndpointPort>> portsOf(EndpointSubset subset) {
    return subset.ports().isEmpty()
        ? List.of(Optional.empty())
        : subset.ports().stream().map(Optional::of).toList();
  }

  private static void note(
      List<EndpointAddress> some,
      boolean ready,
      Map<Place, Boolean> places,
      Map<Place, EndpointAddress> addresses) {
    for (var address : some) {
      var place = Place.of(address);
      addresses.putIfAbsent(place, address);
      places.merge(place, ready, Boolean::logicalAnd);
    }
  }

  private static EndpointSubset subset(
      Map<Place, Boolean> places, Map<Place, EndpointAddress> addresses, List<EndpointPort> ports) {
    var ready = new ArrayList<EndpointAddress>();
    var notReady = new ArrayList<EndpointAddress>();
    places.forEach(
        (place, isReady) ->
            (isReady ? ready : notReady).add(Objects.requireNonNull(addresses.get(place))));
    return new EndpointSubset(ready, notReady, ports.stream().sorted(ORDER).toList());
  }
}

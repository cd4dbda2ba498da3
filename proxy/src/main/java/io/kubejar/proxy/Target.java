package io.kubejar.proxy;

import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.api.discovery.v1.EndpointSlice;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Predicate;

/// An address and port behind a Service.
record Target(String address, int port, boolean local) {

  /// The targets of a Service's port among all its endpoints, and which of them may be used.
  ///
  /// @param all used by traffic that may go anywhere
  /// @param local used by traffic that must stay on the node
  record Choice(List<Target> all, List<Target> local) {}

  private record Candidate(Target target, boolean ready, boolean serving) {}

  private static final Comparator<Target> BY_ADDRESS =
      Comparator.comparing(Target::address).thenComparingInt(Target::port);

  static Choice choose(
      ServicePort port, Family family, List<EndpointSlice> slices, String nodeName) {
    var candidates =
        slices.stream()
            .filter(slice -> slice.addressType().equals(family.apiName()))
            .flatMap(slice -> candidates(port, slice, nodeName).stream())
            .toList();
    return new Choice(
        usable(candidates, _ -> true), usable(candidates, candidate -> candidate.target().local()));
  }

  private static List<Candidate> candidates(
      ServicePort servicePort, EndpointSlice slice, String nodeName) {
    return slice.ports().stream()
        .filter(
            port ->
                Objects.requireNonNullElse(port.name(), "").equals(servicePort.name())
                    && protocol(port.protocol()).equals(protocol(servicePort.protocol())))
        .filter(port -> port.port() != null)
        .flatMap(
            port ->
                slice.endpoints().stream()
                    .filter(endpoint -> !endpoint.addresses().isEmpty())
                    .map(
                        endpoint ->
                            candidate(endpoint, Objects.requireNonNull(port.port()), nodeName)))
        .toList();
  }

  private static Candidate candidate(Endpoint endpoint, int port, String nodeName) {
    // What is not said means ready, and serving as long as it is ready.
    boolean ready = !Boolean.FALSE.equals(endpoint.conditions().ready());
    var serving = endpoint.conditions().serving();
    return new Candidate(
        new Target(endpoint.addresses().getFirst(), port, nodeName.equals(endpoint.nodeName())),
        ready,
        serving == null ? ready : serving);
  }

  /// The ready ones. While there are none, those that still serve though they are about to end:
  /// better than nobody.
  private static List<Target> usable(List<Candidate> candidates, Predicate<Candidate> reachable) {
    var ready = new TreeSet<>(BY_ADDRESS);
    var ending = new TreeSet<>(BY_ADDRESS);
    for (var candidate : candidates) {
      if (!reachable.test(candidate)) {
        continue;
      }
      if (candidate.ready()) {
        ready.add(candidate.target());
      } else if (candidate.serving()) {
        ending.add(candidate.target());
      }
    }
    return List.copyOf(ready.isEmpty() ? ending : ready);
  }

  static String protocol(@org.jspecify.annotations.Nullable String protocol) {
    return protocol == null || protocol.isEmpty() ? "TCP" : protocol;
  }
}

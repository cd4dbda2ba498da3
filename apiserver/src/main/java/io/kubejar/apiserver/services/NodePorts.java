package io.kubejar.apiserver.services;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.registry.Change;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.registry.StorageLayout;
import io.kubejar.storage.Compare;
import io.kubejar.storage.Value;
import io.kubejar.storage.Write;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The ports of nodes that Services get. Which ones are taken is told by the Services themselves;
/// writers come one after the other, those of other servers too.
final class NodePorts {
  private static final String TAKEN = "provided port is already allocated";
  private static final String FULL = "range is full";

  /// Whoever chooses ports writes this key along.
  static final String GUARD = StorageLayout.ROOT + "ranges/kubejar-nodeports";

  private final PortRange range;
  private final Registry<Service> services;
  private final RandomGenerator random;

  NodePorts(PortRange range, Registry<Service> services, RandomGenerator random) {
    this.range = range;
    this.services = services;
    this.random = random;
  }

  /// The Service with all ports it needs.
  ///
  /// @param was the state before; null for a new Service
  Service allocated(Service service, @Nullable ServiceSpec was) throws InterruptedException {
    boolean ports = ServiceFields.needsNodePorts(service.spec());
    boolean health = needsNewHealthPort(service.spec(), was);
    if (!ports && !health) {
      return service;
    }
    var round = new Round(service, taken(ObjectKey.of(service), was));
    var given = service;
    if (ports) {
      given =
          service.withSpec(
              service.spec().withPorts(was == null ? round.newPorts() : round.changedPorts(was)));
    }
    return health ? round.withHealthPort(given) : given;
  }

  /// What must go into the same transaction when a Service gains ports: nobody else may have chosen
  /// any since those of the others were looked at.
  ///
  /// @param was the state before; null for a new Service
  /// @throws ApiException 409 if another server has just given one of the ports away; then all of
  ///   it is to be done again
  Change.Along guarding(Service service, @Nullable ServiceSpec was) throws InterruptedException {
    var gained = new HashSet<Integer>();
    addPorts(gained, service.spec());
    if (was != null) {
      var known = new HashSet<Integer>();
      addPorts(known, was);
      gained.removeAll(known);
    }
    if (gained.isEmpty()) {
      return Change.Along.NOTHING;
    }
    long seen = services.revisionOf(GUARD); // First, so that the Services are not older than it.
    var key = ObjectKey.of(service);
    if (!Collections.disjoint(taken(key, null), gained)) {
      throw ApiException.modified(Service.RESOURCE.groupResource(), key.name());
    }
    return new Change.Along(
        List.of(new Compare(GUARD, seen)), List.of(new Write.Put(GUARD, Value.EMPTY, null)));
  }

  private static boolean needsNewHealthPort(ServiceSpec now, @Nullable ServiceSpec was) {
    return ServiceFields.needsHealthPort(now)
        && (was == null || !ServiceFields.needsHealthPort(was));
  }

  /// The ports of all other Services, and those that this one has had.
  private Set<Integer> taken(ObjectKey own, @Nullable ServiceSpec was) throws InterruptedException {
    var taken = new HashSet<Integer>();
    for (var stored : services.currentCache().list(Selection.<Service>all()).objects()) {
      if (!ObjectKey.of(stored.object()).equals(own)) {
        addPorts(taken, stored.object().spec());
      }
    }
    if (was != null) {
      addPorts(taken, was);
    }
    return taken;
  }

  private static void addPorts(Set<Integer> taken, ServiceSpec spec) {
    taken.addAll(ServiceFields.nodePorts(spec));
    if (spec.healthCheckNodePort() != 0) {
      taken.add(spec.healthCheckNodePort());
    }
  }

  /// The allocation for one write.
  private final class Round {
    private final Service service;
    private final Set<Integer> taken;

    Round(Service service, Set<Integer> taken) {
      this.service = service;
      this.taken = taken;
    }

    /// Ports with one number share one port of the nodes: TCP and UDP of the same service do not
    /// get in each other's way.
    List<ServicePort> newPorts() {
      var shared = new HashMap<Integer, Integer>();
      var given = new ArrayList<ServicePort>();
      var ports = service.spec().ports();
      for (int i = 0; i < ports.size(); i++) {
        var port = ports.get(i);
        if (port.nodePort() == 0 && !ServiceFields.allocatesNodePorts(service.spec())) {
          given.add(port);
          continue;
        }
        var known = shared.get(port.port());
        if (known == null) {
          int requested = requestedFor(port.port(), ports);
          int number = requested == 0 ? next("nodePort") : take(requested, i);
          shared.put(port.port(), number);
          given.add(port.withNodePort(number));
        } else if (port.nodePort() == 0 || port.nodePort() == known) {
          given.add(port.withNodePort(known));
        } else {
          take(port.nodePort(), i);
          given.add(port);
        }
      }
      return given;
    }

    private static int requestedFor(int number, List<ServicePort> ports) {
      return ports.stream()
          .filter(port -> port.port() == number && port.nodePort() != 0)
          .findFirst()
          .map(ServicePort::nodePort)
          .orElse(0);
    }

    List<ServicePort> changedPorts(ServiceSpec was) {
      var own = ServiceFields.nodePorts(was);
      var seen = new HashSet<List<Object>>();
      var given = new ArrayList<ServicePort>();
      var ports = service.spec().ports();
      for (int i = 0; i < ports.size(); i++) {
        var port = ports.get(i);
        if (port.nodePort() == 0 && !ServiceFields.allocatesNodePorts(service.spec())) {
          given.add(port);
          continue;
        }
        if (port.nodePort() == 0) {
          port = port.withNodePort(next("nodePort"));
        } else if (own.add(port.nodePort())) {
          take(port.nodePort(), i);
        }
        if (!seen.add(List.of(port.protocol(), port.nodePort()))) {
          throw ApiException.unexplained(
              "duplicate nodePort: {" + port.protocol() + " " + port.nodePort() + "}");
        }
        given.add(port);
      }
      return given;
    }

    Service withHealthPort(Service given) {
      int wanted = given.spec().healthCheckNodePort();
      if (wanted == 0) {
        int number = next("HealthCheck NodePort 0");
        return given.withSpec(given.spec().withHealthCheckNodePort(number));
      }
      var refusal = refusal(wanted);
      if (refusal.isPresent()) {
        throw ApiException.internal(
            "failed to allocate requested HealthCheck NodePort " + wanted + ": " + refusal.get());
      }
      taken.add(wanted);
      return given;
    }

    private int take(int port, int index) {
      var refusal = refusal(port);
      if (refusal.isPresent()) {
        var field = "spec.ports[" + index + "].nodePort";
        var error = FieldError.invalid(field, port, refusal.get());
        throw ApiException.invalid(
            "", "Service", service.metadata().name(), List.of(error.cause()));
      }
      taken.add(port);
      return port;
    }

    private Optional<String> refusal(int port) {
      if (!range.contains(port)) {
        return Optional.of(
            "provided port is not in the valid range. The range of valid ports is " + range);
      }
      return taken.contains(port) ? Optional.of(TAKEN) : Optional.empty();
    }

    /// A port that nobody has, if possible from the upper band.
    private int next(String what) {
      int reserved = (int) Bands.PORTS.reserved(range.size());
      int found = next(range.first() + reserved, range.last());
      if (found == 0) {
        found = next(range.first(), range.first() + reserved - 1);
      }
      if (found == 0) {
        throw ApiException.internal("failed to allocate a " + what + ": " + FULL);
      }
      taken.add(found);
      return found;
    }

    /// Both ends included; 0 if none is free.
    private int next(int first, int last) {
      int count = last - first + 1;
      int start = count <= 0 ? 0 : random.nextInt(count);
      for (int i = 0; i < count; i++) {
        int port = first + (start + i) % count;
        if (!taken.contains(port)) {
          return port;
        }
      }
      return 0;
    }
  }
}

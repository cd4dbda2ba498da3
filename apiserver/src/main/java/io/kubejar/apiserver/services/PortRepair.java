package io.kubejar.apiserver.services;

import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.Service;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.verbs.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Tells of ports of nodes that Services should not have: those outside of the range, and those
/// that two Services have.
///
/// Which ports are taken is read off the Services themselves, so none can leak and none is ever to
/// be written down again, as upstream has to. A problem is told once, for as long as it lasts.
public final class PortRepair implements Steppable {
  private static final String REPORTER = "portallocator-repair-controller";

  private final PortRange range;
  private final Followed<Service> services;
  private final RepairEvents events;
  private Set<Problem> known = Set.of();
  private boolean due = true;
  private volatile Runnable wakeUp = () -> {};

  private record Problem(ObjectKey service, String reason, String message) {}

  /// @param call whose writes these are
  public PortRepair(PortRange range, Resources resources, Call call, Clock clock) {
    this.range = range;
    services = new Followed<>(resources.stored(Service.RESOURCE).registry(), this::seen);
    events = new RepairEvents(REPORTER, resources.stored(Event.RESOURCE), call, clock);
  }

  private void seen(Service service) {
    due |= !ports(service).isEmpty() || !known.isEmpty();
  }

  @Override
  public void onWork(Runnable listener) {
    wakeUp = listener;
  }

  @Override
  public boolean step() throws InterruptedException {
    services.drain(wakeUp);
    if (!due) {
      return false;
    }
    due = false;
    var found = new LinkedHashSet<Problem>();
    var holders = new HashMap<Integer, ObjectKey>();
    var all = new HashMap<ObjectKey, Service>();
    for (var stored : services.registry().currentCache().list(Selection.<Service>all()).objects()) {
      var service = stored.object();
      all.put(ObjectKey.of(service), service);
      for (int port : ports(service)) {
        look(ObjectKey.of(service), port, holders, found);
      }
    }
    for (var problem : found) {
      if (!known.contains(problem)) {
        events.warn(
            Objects.requireNonNull(all.get(problem.service())),
            problem.reason(),
            problem.message());
      }
    }
    known = Set.copyOf(found);
    return true;
  }

  private void look(
      ObjectKey service, int port, Map<Integer, ObjectKey> holders, Set<Problem> found) {
    if (!range.contains(port)) {
      found.add(
          new Problem(
              service,
              "PortOutOfRange",
              "Port "
                  + port
                  + " is not within the port range "
                  + range
                  + "; please recreate service"));
    } else if (holders.putIfAbsent(port, service) != null) {
      found.add(
          new Problem(
              service,
              "PortAlreadyAllocated",
              "Port " + port + " was assigned to multiple services; please recreate service"));
    }
  }

  /// Each port once for all protocols, but twice if the same protocol has it twice.
  private static List<Integer> ports(Service service) {
    var ports = new ArrayList<Integer>();
    var seen = new HashSet<String>();
    var numbers = new HashSet<Integer>();
    for (var port : service.spec().ports()) {
      if (port.nodePort() != 0) {
        boolean newNumber = numbers.add(port.nodePort());
        boolean newPair = seen.add(port.protocol() + port.nodePort());
        if (newNumber || !newPair) {
          ports.add(port.nodePort());
        }
      }
    }
    int health = service.spec().healthCheckNodePort();
    if (health != 0 && (!numbers.contains(health) || seen.contains("TCP" + health))) {
      ports.add(health);
    }
    return ports;
  }
}

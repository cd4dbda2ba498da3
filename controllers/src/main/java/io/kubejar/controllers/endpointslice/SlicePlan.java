package io.kubejar.controllers.endpointslice;

import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.api.discovery.v1.EndpointPort;
import io.kubejar.api.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// How to get from the slices of one Service and address family to the endpoints it should have.
/// Pure.
///
/// Few writes are worth more than full slices: what fits stays where it is, and what is new goes
/// first where something changes anyway.
///
/// @param create contents of slices to be made
/// @param update known slices with their new contents
/// @param delete slices that nothing is left in
record SlicePlan(List<Content> create, List<EndpointSlice> update, List<EndpointSlice> delete) {
  static final int ENDPOINTS_MAX = 100;

  /// What a slice holds.
  record Content(List<EndpointPort> ports, List<Endpoint> endpoints) {}

  static SlicePlan of(List<EndpointSlice> known, Map<List<EndpointPort>, List<Endpoint>> wanted) {
    var planning = new Planning();
    var byPorts = new LinkedHashMap<List<EndpointPort>, List<EndpointSlice>>();
    known.forEach(
        slice -> byPorts.computeIfAbsent(slice.ports(), _ -> new ArrayList<>()).add(slice));
    wanted.forEach(
        (ports, endpoints) ->
            planning.plan(ports, endpoints, byPorts.getOrDefault(ports, List.of())));
    byPorts.forEach(
        (ports, slices) -> {
          if (!wanted.containsKey(ports)) {
            planning.delete.addAll(slices);
          }
        });
    return planning.finish(known);
  }

  /// Slices whose labels or annotations must change although their contents do not are added by the
  /// caller.
  boolean touches(EndpointSlice slice) {
    var uid = slice.metadata().uid();
    return update.stream().anyMatch(other -> other.metadata().uid().equals(uid))
        || delete.stream().anyMatch(other -> other.metadata().uid().equals(uid));
  }

  private static final class Planning {
    private final List<Content> create = new ArrayList<>();
    private final List<EndpointSlice> update = new ArrayList<>();
    private final List<EndpointSlice> delete = new ArrayList<>();

    void plan(List<EndpointPort> ports, List<Endpoint> wanted, List<EndpointSlice> slices) {
      var missing = new HashMap<Object, Endpoint>();
      var order = new ArrayList<Object>();
      for (var endpoint : wanted) {
        missing.put(identity(endpoint), endpoint);
        order.add(identity(endpoint));
      }
      Map<EndpointSlice, List<Endpoint>> kept = new LinkedHashMap<>();
      for (var slice : slices) {
        var stays = new ArrayList<Endpoint>();
        for (var endpoint : slice.endpoints()) {
          var fresh = missing.remove(identity(endpoint));
          if (fresh != null) {
            stays.add(fresh);
          }
        }
        kept.put(slice, stays);
      }
      var left = new ArrayList<Endpoint>();
      order.stream().map(missing::get).filter(Objects::nonNull).forEach(left::add);
      fill(kept, left);
      kept.forEach(this::note);
      for (int from = 0; from < left.size(); from += ENDPOINTS_MAX) {
        var part = left.subList(from, Math.min(left.size(), from + ENDPOINTS_MAX));
        create.add(new Content(ports, List.copyOf(part)));
      }
    }

    /// First into slices that change anyway, then, if what is left would not fill a slice, into one
    /// that has room.
    private static void fill(Map<EndpointSlice, List<Endpoint>> kept, List<Endpoint> left) {
      kept.forEach(
          (slice, endpoints) -> {
            if (!endpoints.equals(slice.endpoints())) {
              move(left, endpoints);
            }
          });
      int rest = left.size() % ENDPOINTS_MAX;
      if (rest == 0) {
        return;
      }
      kept.values().stream()
          .filter(endpoints -> ENDPOINTS_MAX - endpoints.size() >= rest)
          .max(Comparator.comparingInt(List::size))
          .ifPresent(endpoints -> move(left, endpoints));
    }

    private static void move(List<Endpoint> from, List<Endpoint> to) {
      while (!from.isEmpty() && to.size() < ENDPOINTS_MAX) {
        to.add(from.removeFirst());
      }
    }

    private void note(EndpointSlice slice, List<Endpoint> endpoints) {
      if (endpoints.isEmpty()) {
        delete.add(slice);
      } else if (!endpoints.equals(slice.endpoints())) {
        update.add(slice.withEndpoints(endpoints));
      }
    }

    /// Slices to be deleted take up what would else be created, and a Service without endpoints
    /// keeps one empty slice.
    SlicePlan finish(List<EndpointSlice> known) {
      while (!delete.isEmpty() && !create.isEmpty()) {
        var content = create.removeFirst();
        update.add(
            delete.removeFirst().withPorts(content.ports()).withEndpoints(content.endpoints()));
      }
      boolean nothingLeft = create.isEmpty() && update.isEmpty() && delete.size() == known.size();
      if (nothingLeft) {
        if (delete.isEmpty()) {
          create.add(new Content(List.of(), List.of()));
        } else {
          var placeholder = delete.removeFirst();
          if (!placeholder.endpoints().isEmpty() || !placeholder.ports().isEmpty()) {
            update.add(placeholder.withPorts(List.of()).withEndpoints(List.of()));
          }
        }
      }
      return new SlicePlan(create, update, delete);
    }

    private static Object identity(Endpoint endpoint) {
      var target = endpoint.targetRef();
      return List.of(endpoint.addresses(), target == null ? "" : target.uid());
    }
  }
}

package io.kubejar.apiserver.aggregation;

import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apiserver.connect.Backend;
import io.kubejar.apiserver.discovery.Priority;
import io.kubejar.apiserver.discovery.RemoteVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the servers behind APIServices serve, as they said it last. They are asked every minute,
/// and at once when their APIService changes; one that does not answer keeps what it had, marked
/// stale.
public final class RemoteDocuments implements Steppable, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RemoteDocuments.class);

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Rounds.Pace PACE =
      new Rounds.Pace(Duration.ofMinutes(1), Duration.ofMillis(500), Duration.ofMinutes(1));

  private final RemoteServices services;
  private final Backends backends;
  private final Changes changes;
  private final Rounds rounds;
  private final Map<String, RemoteApi> known = new ConcurrentHashMap<>();
  private final Map<String, Object> seen = new HashMap<>();

  RemoteDocuments(RemoteServices services, Backends backends, Clock clock, Changes changes) {
    this.services = services;
    this.backends = backends;
    this.changes = changes;
    rounds = new Rounds(clock, PACE, this::look);
  }

  @Override
  public void onWork(Runnable wakeUp) {
    rounds.onWork(wakeUp);
    changes.onChange(wakeUp);
  }

  @Override
  public boolean step() {
    if (changes.any()) {
      survey();
    }
    rounds.step();
    return false;
  }

  private void survey() {
    var current = new HashMap<String, Object>();
    services
        .all()
        .forEach(
            service ->
                current.put(
                    service.metadata().name(),
                    List.of(service.spec(), Conditions.isAvailable(service))));
    known.keySet().retainAll(current.keySet());
    current.keySet().forEach(name -> known.putIfAbsent(name, RemoteApi.UNKNOWN));
    rounds.follow(current.keySet());
    current.forEach(
        (name, state) -> {
          if (!state.equals(seen.put(name, state))) {
            rounds.again(name);
          }
        });
    seen.keySet().retainAll(current.keySet());
  }

  private boolean look(String name) {
    var service = services.find(name);
    if (service.isEmpty()) {
      return true;
    }
    var spec = service.get().spec();
    var version = new GroupVersion(spec.group(), spec.version());
    Backend backend;
    try {
      backend = backends.of(service.get()).within(PATIENCE);
      change(name, RemoteDiscovery.refreshed(get(name), version, backend));
    } catch (IOException | ApiException failure) {
      log.info("apiservice={} discovery=stale because={}", name, failure.getMessage());
      change(name, get(name).stale());
      return false;
    }
    try {
      change(name, RemoteSchemas.refreshed(get(name), version, backend));
      return true;
    } catch (IOException failure) {
      log.info("apiservice={} openapi=stale because={}", name, failure.getMessage());
      return false;
    }
  }

  private RemoteApi get(String name) {
    return known.getOrDefault(name, RemoteApi.UNKNOWN);
  }

  /// Unless it is no longer of interest.
  private void change(String name, RemoteApi found) {
    known.computeIfPresent(name, (_, _) -> found);
  }

  /// The groups and versions of other servers, for discovery.
  public List<RemoteVersion> versions() {
    var versions = new ArrayList<RemoteVersion>();
    for (var service : services.all()) {
      var spec = service.spec();
      var api = get(service.metadata().name());
      versions.add(
          new RemoteVersion(
              spec.group(),
              spec.version(),
              new Priority(spec.groupPriorityMinimum(), spec.versionPriority()),
              api.shown(),
              api.current()));
    }
    return versions;
  }

  /// The documents of OpenAPI version 3 that other servers have: path to URL.
  Map<String, String> schemas() {
    var paths = new TreeMap<String, String>();
    services.all().forEach(service -> paths.putAll(get(service.metadata().name()).schemas()));
    return paths;
  }

  /// Who has the document of OpenAPI version 3 of this path.
  Optional<APIService> withSchema(String path) {
    return services.all().stream()
        .filter(service -> get(service.metadata().name()).schemas().containsKey(path))
        .findFirst();
  }

  /// What other servers add to the document of OpenAPI version 2.
  List<JsonObject> swagger() {
    return services.all().stream()
        .map(service -> get(service.metadata().name()).swagger())
        .filter(document -> !document.isEmpty())
        .toList();
  }

  @Override
  public void close() {
    rounds.close();
  }
}

package io.kubejar.apiserver.aggregation;

import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.api.apiregistration.v1.APIServiceCondition;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apiserver.local.LocalApi;
import io.kubejar.apiserver.verbs.ReadOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes into every APIService whether somebody answers for it. What this server answers itself is
/// available; of the others, Service, endpoints and the answer of the server behind are looked at
/// whenever one of them changes, and every half minute, because a network fails without a word.
public final class Availability implements Steppable, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Availability.class);

  private static final Rounds.Pace PACE =
      new Rounds.Pace(Duration.ofSeconds(30), Duration.ofMillis(5), Duration.ofSeconds(30));

  private final LocalApi api;
  private final Clock clock;
  private final Changes changes;
  private final AvailabilityChecks checks;
  private final AvailabilityMetrics metrics;
  private final Rounds rounds;
  private final Map<String, Object> seen = new HashMap<>();

  Availability(
      LocalApi api,
      Clock clock,
      Changes changes,
      AvailabilityChecks checks,
      AvailabilityMetrics metrics) {
    this.api = api;
    this.clock = clock;
    this.changes = changes;
    this.checks = checks;
    this.metrics = metrics;
    rounds = new Rounds(clock, PACE, this::look);
  }

  @Override
  public void onWork(Runnable wakeUp) {
    rounds.onWork(wakeUp);
    changes.onChange(wakeUp);
  }

  @Override
  public boolean step() throws InterruptedException {
    if (changes.any()) {
      survey();
    }
    rounds.step();
    return false;
  }

  private void survey() throws InterruptedException {
    var remote = new HashMap<String, Object>();
    var names = new HashSet<String>();
    for (var service : api.list(APIService.RESOURCE, ReadOptions.ALL).items()) {
      names.add(service.metadata().name());
      if (service.spec().service() == null) {
        local(service);
      } else {
        remote.put(service.metadata().name(), checks.circumstances(service));
      }
    }
    metrics.keep(names);
    rounds.follow(remote.keySet());
    remote.forEach(
        (name, circumstances) -> {
          if (!circumstances.equals(seen.put(name, circumstances))) {
            rounds.again(name);
          }
        });
    seen.keySet().retainAll(remote.keySet());
  }

  private void local(APIService service) throws InterruptedException {
    metrics.available(service.metadata().name(), true);
    write(service, Conditions.local());
  }

  private boolean look(String name) throws InterruptedException {
    try {
      var service = api.get(APIService.RESOURCE, ObjectKey.clusterScoped(name));
      if (service.spec().service() == null) {
        return true;
      }
      var condition = checks.condition(service);
      metrics.available(name, condition.status().equals("True"));
      write(service, condition);
      return !condition.reason().equals(AvailabilityChecks.FAILED);
    } catch (ApiException refused) {
      return refused.isNotFound();
    }
  }

  private void write(APIService service, APIServiceCondition condition)
      throws InterruptedException {
    var changed = Conditions.with(service, condition, clock.instant());
    if (changed.status().equals(service.status())) {
      return;
    }
    log.info(
        "apiservice={} available={} reason={} message={}",
        service.metadata().name(),
        condition.status(),
        condition.reason(),
        condition.message());
    try {
      api.updateSubresource(APIService.RESOURCE, changed, "status");
    } catch (ApiException refused) {
      if (!refused.isConflict() && !refused.isNotFound()) { // Whoever was faster brings us back.
        throw refused;
      }
      return;
    }
    boolean before = Conditions.isAvailable(service);
    if (before && !Objects.equals(condition.status(), "True")) {
      metrics.lost(service.metadata().name(), condition.reason());
    }
  }

  @Override
  public void close() {
    rounds.close();
  }
}

package io.kubejar.apiserver.admission.policies;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.metrics.PolicyMetrics;
import io.kubejar.apiserver.registry.Registry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// All policies of a kind in the order of their names, compiled. A policy is compiled again only
/// when it changed.
final class PolicySource<T extends KubernetesObject, P> {
  private final Registry<T> registry;
  private final Function<T, P> compiler;
  private final InstantSource clock;
  private final PolicyMetrics metrics;
  private volatile Made<T, P> made = new Made<>(-1, Map.of(), List.of());

  private record Made<T, P>(long changes, Map<T, P> byObject, List<P> all) {}

  PolicySource(
      Registry<T> registry, Function<T, P> compiler, InstantSource clock, PolicyMetrics metrics) {
    this.registry = registry;
    this.compiler = compiler;
    this.clock = clock;
    this.metrics = metrics;
  }

  List<P> current() throws InterruptedException {
    long changes = registry.cacheWithOwnWrites().changes();
    var last = made;
    if (last.changes() == changes) {
      return last.all();
    }
    var byObject = new LinkedHashMap<T, P>();
    var all = new ArrayList<P>();
    for (var object :
        registry.cacheWithOwnWrites().list(Selection.<T>all()).objects().stream()
            .map(Stored::object)
            .toList()) {
      var known = last.byObject().get(object);
      var compiled = known == null ? compiled(object) : known;
      byObject.put(object, compiled);
      all.add(compiled);
    }
    made = new Made<>(changes, byObject, List.copyOf(all));
    return all;
  }

  private P compiled(T object) {
    var start = clock.instant();
    var compiled = compiler.apply(object);
    metrics.compiled(Duration.between(start, clock.instant()));
    return compiled;
  }
}

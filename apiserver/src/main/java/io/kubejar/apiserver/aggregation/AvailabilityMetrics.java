package io.kubejar.apiserver.aggregation;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashSet;
import java.util.Set;

/// How many APIServices nobody answers for. Safe for many threads.
final class AvailabilityMetrics {
  /// The library gives a counter the name without its ending, which the gauge has already.
  private final PrometheusRegistry gauges = new PrometheusRegistry();

  private final Gauge unavailable;
  private final Counter lost;
  private final Set<String> known = new HashSet<>();

  AvailabilityMetrics(PrometheusRegistry registry) {
    unavailable =
        Gauge.builder()
            .name("aggregator_unavailable_apiservice")
            .help("APIServices that nobody answers for (1), and the others (0)")
            .labelNames("name")
            .register(gauges);
    lost =
        Counter.builder()
            .name("aggregator_unavailable_apiservice_total")
            .help("How often an APIService became unavailable, and why")
            .labelNames("name", "reason")
            .register(registry);
  }

  PrometheusRegistry gauges() {
    return gauges;
  }

  synchronized void available(String name, boolean available) {
    known.add(name);
    unavailable.labelValues(name).set(available ? 0 : 1);
  }

  void lost(String name, String reason) {
    lost.labelValues(name, reason).inc();
  }

  /// Forgets all others.
  synchronized void keep(Set<String> names) {
    for (var name : known) {
      if (!names.contains(name)) {
        unavailable.remove(name);
      }
    }
    known.retainAll(names);
  }
}

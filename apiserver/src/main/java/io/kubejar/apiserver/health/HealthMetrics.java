package io.kubejar.apiserver.health;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// What the checks found, for `/metrics/slis`.
public final class HealthMetrics {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Gauge last =
      Gauge.builder()
          .name("kubernetes_healthcheck")
          .help("What a check found the last time: 1 for success")
          .labelNames("name", "type")
          .register(registry);
  private final Counter all =
      Counter.builder()
          .name("kubernetes_healthchecks_total")
          .help("How often checks were made, and what they found")
          .labelNames("name", "status", "type")
          .register(registry);

  public PrometheusRegistry registry() {
    return registry;
  }

  void checked(String name, String endpoint, boolean success) {
    last.labelValues(name, endpoint).set(success ? 1 : 0);
    all.labelValues(name, success ? "success" : "error", endpoint).inc();
  }
}

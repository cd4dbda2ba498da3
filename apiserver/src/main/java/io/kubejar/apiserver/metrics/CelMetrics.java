package io.kubejar.apiserver.metrics;

import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/// How long the rules of custom resources take, under upstream's names.
public final class CelMetrics {
  private final Histogram compilations;
  private final Histogram evaluations;

  public CelMetrics(PrometheusRegistry registry) {
    compilations =
        histogram("apiserver_cel_compilation_duration_seconds")
            .help("How long it took to compile the rules of a part of a schema")
            .register(registry);
    evaluations =
        histogram("apiserver_cel_evaluation_duration_seconds")
            .help("How long it took to evaluate the rules of a value")
            .register(registry);
  }

  private static Histogram.Builder histogram(String name) {
    return Histogram.builder().name(name).classicOnly(); // With the usual bounds.
  }

  public void compiled(Duration took) {
    compilations.observe(took.toNanos() / 1e9);
  }

  public void evaluated(Duration took) {
    evaluations.observe(took.toNanos() / 1e9);
  }
}

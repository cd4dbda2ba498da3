package io.kubejar.apiserver.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/// How conversions of custom resources by webhooks end, under upstream's names.
public final class ConversionMetrics {
  private static final double[] CALLS = {
    0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 45, 60
  };
  private static final int KIND_BUCKETS = 15;

  private final Counter requests;
  private final Histogram calls;
  private final Histogram kinds;

  /// Why a conversion failed.
  public enum Failure {
    CALL,
    MALFORMED_RESPONSE,
    PARTIAL_RESPONSE,
    INVALID_CONVERTED_OBJECT;

    private String label() {
      return "conversion_webhook_" + name().toLowerCase(java.util.Locale.ROOT) + "_failure";
    }
  }

  public ConversionMetrics(PrometheusRegistry registry) {
    requests =
        Counter.builder()
            .name("apiserver_conversion_webhook_request_total")
            .help("Questions to conversion webhooks, and how they ended")
            .labelNames("result", "failure_type")
            .register(registry);
    calls =
        Histogram.builder()
            .name("apiserver_conversion_webhook_duration_seconds")
            .help("How long conversions by webhooks took")
            .labelNames("result", "failure_type")
            .classicOnly()
            .classicUpperBounds(CALLS)
            .register(registry);
    kinds =
        Histogram.builder()
            .name("apiserver_crd_conversion_webhook_duration_seconds")
            .help("How long conversions by webhooks took, by custom resource")
            .labelNames("crd_name", "from_version", "to_version", "succeeded")
            .classicOnly()
            .classicExponentialUpperBounds(0.001, 2, KIND_BUCKETS)
            .register(registry);
  }

  public void succeeded(Duration took) {
    ended("success", "", took);
  }

  public void failed(Failure failure, Duration took) {
    ended("failure", failure.label(), took);
  }

  private void ended(String result, String failure, Duration took) {
    requests.labelValues(result, failure).inc();
    calls.labelValues(result, failure).observe(took.toNanos() / 1e9);
  }

  /// Objects of a custom resource were converted, or could not be.
  ///
  /// @param definition the name of the custom resource's definition
  public void converted(
      String definition, String from, String to, boolean succeeded, Duration took) {
    kinds
        .labelValues(definition, from, to, Boolean.toString(succeeded))
        .observe(took.toNanos() / 1e9);
  }
}

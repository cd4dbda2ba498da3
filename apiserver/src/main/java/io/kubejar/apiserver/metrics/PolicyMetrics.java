package io.kubejar.apiserver.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/// What policies decide and how long they take, under upstream's names.
public final class PolicyMetrics {
  private static final double[] SECONDS = {0.0000005, 0.001, 0.01, 0.1, 1.0};

  private final Counter checks;
  private final Histogram durations;

  public PolicyMetrics(PrometheusRegistry registry) {
    checks =
        Counter.builder()
            .name("apiserver_validating_admission_policy_check_total")
            .help("Refusals of validating policies, by policy, binding and what was done")
            .labelNames("policy", "policy_binding", "error_type", "enforcement_action")
            .register(registry);
    durations =
        Histogram.builder()
            .name("apiserver_validating_admission_policy_check_duration_seconds")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .help("How long refusing policies took, by policy, binding and what was done")
            .labelNames("policy", "policy_binding", "error_type", "enforcement_action")
            .register(registry);
  }

  /// @param action `deny`, `warn` or `audit`
  public void checked(String policy, String binding, String action, Duration took) {
    checks.labelValues(policy, binding, "no_error", action).inc();
    durations.labelValues(policy, binding, "no_error", action).observe(took.toNanos() / 1e9);
  }
}

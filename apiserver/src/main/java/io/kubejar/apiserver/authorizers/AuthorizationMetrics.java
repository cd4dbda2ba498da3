package io.kubejar.apiserver.authorizers;

import io.kubejar.apiserver.authz.Decision;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// What the configured authorizers decide.
public final class AuthorizationMetrics {
  private final Counter decisions;

  public AuthorizationMetrics(PrometheusRegistry registry) {
    decisions =
        Counter.builder()
            .name("apiserver_authorization_decisions_total")
            .help("Requests that an authorizer allowed or denied for good")
            .labelNames("type", "name", "decision")
            .register(registry);
  }

  void decided(String type, String name, Decision decision) {
    switch (decision) {
      case Decision.Allow _ -> decisions.labelValues(type, name, "allowed").inc();
      case Decision.Deny _ -> decisions.labelValues(type, name, "denied").inc();
      case Decision.NoOpinion _ -> {} // Upstream counts who decided.
    }
  }
}

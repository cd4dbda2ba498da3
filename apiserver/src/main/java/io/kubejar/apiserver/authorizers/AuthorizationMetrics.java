package io.kubejar.apiserver.authorizers;

import io.kubejar.apiserver.authz.Decision;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;

/// What the configured authorizers decide, and how reloading their configuration went.
public final class AuthorizationMetrics {
  private final Counter decisions;
  private final Counter reloads;
  private final Gauge lastReload;

  public AuthorizationMetrics(PrometheusRegistry registry) {
    decisions =
        Counter.builder()
            .name("apiserver_authorization_decisions_total")
            .help("Requests that an authorizer allowed or denied for good")
            .labelNames("type", "name", "decision")
            .register(registry);
    reloads =
        Counter.builder()
            .name("apiserver_authorization_config_controller_automatic_reloads_total")
            .help("Reloads of the authorization configuration, by how they ended")
            .labelNames("status")
            .register(registry);
    lastReload =
        Gauge.builder()
            .name(
                "apiserver_authorization_config_controller_automatic_reload_last_timestamp_seconds")
            .help("When the authorization configuration was last reloaded")
            .labelNames("status")
            .register(registry);
  }

  void decided(String type, String name, Decision decision) {
    switch (decision) {
      case Decision.Allow _ -> decisions.labelValues(type, name, "allowed").inc();
      case Decision.Deny _ -> decisions.labelValues(type, name, "denied").inc();
      case Decision.NoOpinion _ -> {} // Upstream counts who decided.
    }
  }

  void reloaded(boolean success, Instant when) {
    var status = success ? "success" : "failure";
    reloads.labelValues(status).inc();
    lastReload.labelValues(status).set((double) when.getEpochSecond());
  }
}

package io.kubejar.apiserver.oidc;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;

/// How often configurations and keys were fetched anew, and how that went.
public final class ConfigurationMetrics {
  private final Counter reloads;
  private final Gauge lastReload;
  private final Counter fetches;

  public ConfigurationMetrics(PrometheusRegistry registry) {
    reloads =
        Counter.builder()
            .name("apiserver_authentication_config_controller_automatic_reloads_total")
            .help("Reloads of the authentication configuration, by how they ended")
            .labelNames("status")
            .register(registry);
    lastReload =
        Gauge.builder()
            .name(
                "apiserver_authentication_config_controller_automatic_reload_last_timestamp_seconds")
            .help("When the authentication configuration was last reloaded")
            .labelNames("status")
            .register(registry);
    fetches =
        Counter.builder()
            .name("apiserver_authentication_jwt_authenticator_jwks_fetch_total")
            .help("Attempts to get the keys of an issuer, by how they ended")
            .labelNames("jwt_issuer", "result")
            .register(registry);
  }

  void reloaded(boolean success, Instant when) {
    var status = success ? "success" : "failure";
    reloads.labelValues(status).inc();
    lastReload.labelValues(status).set((double) when.getEpochSecond());
  }

  void keysFetched(String issuerUrl, boolean success) {
    fetches.labelValues(issuerUrl, success ? "success" : "failure").inc();
  }
}

package io.kubejar.apiserver.oidc;

import io.kubejar.apiserver.configfile.ReloadMetrics;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;

/// When the keys of issuers were fetched last, and how that went, under upstream's name.
public final class KeyMetrics {
  private final InstantSource clock;
  private final String server;
  private final Gauge lastFetch;

  /// @param server the name of this server
  public KeyMetrics(PrometheusRegistry registry, String server, InstantSource clock) {
    this.clock = clock;
    this.server = ReloadMetrics.hash(server);
    lastFetch =
        Gauge.builder()
            .name("apiserver_authentication_jwt_authenticator_jwks_fetch_last_timestamp_seconds")
            .help("When the keys of an issuer were fetched last, by how that ended")
            .labelNames("result", "jwt_issuer_hash", "apiserver_id_hash")
            .register(registry);
  }

  void keysFetched(String issuerUrl, boolean success) {
    lastFetch
        .labelValues(success ? "success" : "failure", ReloadMetrics.hash(issuerUrl), server)
        .set(clock.millis() / 1e3);
  }
}

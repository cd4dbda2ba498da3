package io.kubejar.controlplane;

import io.kubejar.apimachinery.ApiException;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// What the clients of a part ask the API server, under upstream's names: as many requests, with
/// the same codes, as there would be on a wire.
final class ClientMetrics implements CountedRequests {
  private static final double[] BOUNDS = {
    0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0
  };

  private final Counter requests;
  private final Histogram durations;
  private final InstantSource clock;
  private final String host;

  /// @param host whom the requests go to
  ClientMetrics(PrometheusRegistry registry, InstantSource clock, String host) {
    this.clock = clock;
    this.host = host;
    requests =
        Counter.builder()
            .name("rest_client_requests_total")
            .help("Requests to the API server")
            .labelNames("code", "host", "method")
            .register(registry);
    durations =
        Histogram.builder()
            .name("rest_client_request_duration_seconds")
            .help("How long requests to the API server took")
            .labelNames("host", "verb")
            .classicOnly()
            .classicUpperBounds(BOUNDS)
            .register(registry);
  }

  @Override
  public <R extends @Nullable Object> R counted(String method, int code, Question<R> question)
      throws InterruptedException {
    var began = clock.instant();
    int answered = code;
    try {
      return question.ask();
    } catch (ApiException refused) {
      answered = refused.code();
      throw refused;
    } finally {
      requests.labelValues(Integer.toString(answered), host, method).inc();
      var took = Duration.between(began, clock.instant());
      durations.labelValues(host, method).observe(took.toNanos() / 1e9);
    }
  }
}

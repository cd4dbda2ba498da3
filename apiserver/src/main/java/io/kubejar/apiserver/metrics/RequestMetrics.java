package io.kubejar.apiserver.metrics;

import io.kubejar.apiserver.request.RequestInfo;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Locale;

/// Requests by what they asked for and how they ended.
public final class RequestMetrics {
  private static final double[] DURATIONS = {
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30,
    45, 60
  };

  private final Counter requests;
  private final Histogram durations;
  private final Gauge longRunning;

  public RequestMetrics(PrometheusRegistry registry) {
    requests =
        Counter.builder()
            .name("apiserver_request_total")
            .help("Requests, by verb, resource and response code")
            .labelNames(
                "verb",
                "dry_run",
                "group",
                "version",
                "resource",
                "subresource",
                "scope",
                "component",
                "code")
            .register(registry);
    durations =
        Histogram.builder()
            .name("apiserver_request_duration_seconds")
            .help("How long requests took, by verb and resource")
            .classicOnly()
            .classicUpperBounds(DURATIONS)
            .labelNames(
                "verb",
                "dry_run",
                "group",
                "version",
                "resource",
                "subresource",
                "scope",
                "component")
            .register(registry);
    longRunning =
        Gauge.builder()
            .name("apiserver_longrunning_requests")
            .help("Watches and other long-running requests that are going on")
            .labelNames("verb", "group", "version", "resource", "subresource", "scope", "component")
            .register(registry);
  }

  public void finished(RequestInfo info, boolean dryRun, int code, Duration took) {
    var verb = info.verb().toUpperCase(Locale.ROOT);
    var dry = dryRun ? "All" : "";
    requests
        .labelValues(
            verb,
            dry,
            info.apiGroup(),
            info.apiVersion(),
            info.resource(),
            info.subresource(),
            scope(info),
            "apiserver",
            Integer.toString(code))
        .inc();
    if (!info.longRunning()) {
      durations
          .labelValues(
              verb,
              dry,
              info.apiGroup(),
              info.apiVersion(),
              info.resource(),
              info.subresource(),
              scope(info),
              "apiserver")
          .observe(took.toNanos() / 1e9);
    }
  }

  /// A watch or the like begins (1) or ends (-1).
  public void longRunning(RequestInfo info, int change) {
    longRunning
        .labelValues(
            info.verb().toUpperCase(Locale.ROOT),
            info.apiGroup(),
            info.apiVersion(),
            info.resource(),
            info.subresource(),
            scope(info),
            "apiserver")
        .inc(change);
  }

  private static String scope(RequestInfo info) {
    if (!info.resourceRequest()) {
      return "";
    }
    if (!info.name().isEmpty()) {
      return "resource";
    }
    return info.namespace().isEmpty() ? "cluster" : "namespace";
  }
}

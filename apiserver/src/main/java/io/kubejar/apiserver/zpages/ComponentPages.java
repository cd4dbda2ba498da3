package io.kubejar.apiserver.zpages;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apiserver.endpoints.PathNotFoundException;
import io.kubejar.apiserver.health.HealthChecks;
import io.kubejar.apiserver.health.HealthMetrics;
import io.kubejar.apiserver.health.Version;
import io.kubejar.apiserver.metrics.BuildMetrics;
import io.kubejar.apiserver.metrics.MetricsText;
import io.kubejar.apiserver.metrics.ProcessMetrics;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a part of the control plane that has no API serves on a port of its own: metrics, health
/// and how it is configured.
///
/// @param registry its metrics
/// @param configuration what `/configz` shows
public record ComponentPages(
    PrometheusRegistry registry,
    HealthChecks health,
    HealthMetrics slis,
    ZPages zpages,
    JsonObject configuration)
    implements Handler {

  /// With the metrics that every program has.
  ///
  /// @param component such as `kube-scheduler`
  /// @param configuration what `/configz` shows
  public static ComponentPages of(
      String component, Map<String, String> flags, JsonObject configuration, InstantSource clock) {
    var registry = new PrometheusRegistry();
    ProcessMetrics.register(registry);
    BuildMetrics.register(registry, Version.document());
    var slis = new HealthMetrics();
    var health = new HealthChecks(slis).with("ping", Optional::empty);
    return new ComponentPages(
        registry, health, slis, new ZPages(component, flags, clock), configuration);
  }

  @Override
  public Response handle(Request request) throws InterruptedException {
    var healthy = health.handle(request);
    if (healthy.isPresent()) {
      return healthy.get();
    }
    return zpages.at(request, paths()).orElseGet(() -> other(request.path()));
  }

  private Response other(String path) {
    return switch (path) {
      case "/metrics" -> metrics(registry);
      case "/metrics/slis" -> metrics(slis.registry());
      case "/configz" -> Response.of(200, "application/json", JsonPrinter.printUtf8(configuration));
      default -> throw new PathNotFoundException();
    };
  }

  private static Response metrics(PrometheusRegistry registry) {
    return Response.of(200, MetricsText.MEDIA_TYPE, MetricsText.of(List.of(registry)));
  }

  private List<String> paths() {
    var all = new ArrayList<>(health.paths());
    all.addAll(List.of("/configz", "/flagz", "/metrics", "/metrics/slis", "/statusz"));
    return all;
  }
}

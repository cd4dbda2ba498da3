package io.kubejar.apiserver;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.authn.OpenIdDocuments;
import io.kubejar.apiserver.discovery.DiscoveryHandler;
import io.kubejar.apiserver.discovery.OpenApiHandler;
import io.kubejar.apiserver.endpoints.Answers;
import io.kubejar.apiserver.endpoints.PathNotFoundException;
import io.kubejar.apiserver.endpoints.Reviews;
import io.kubejar.apiserver.flowcontrol.FlowDump;
import io.kubejar.apiserver.health.HealthChecks;
import io.kubejar.apiserver.health.Version;
import io.kubejar.apiserver.metrics.MetricsText;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.zpages.ZPages;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Everything that is no stored resource.
record OtherPaths(
    Reviews reviews,
    DiscoveryHandler discovery,
    OpenApiHandler openApi,
    HealthChecks health,
    List<PrometheusRegistry> metrics,
    PrometheusRegistry slis,
    FlowDump flows,
    ZPages zpages,
    @Nullable OpenIdDocuments openId)
    implements Handler {
  private static final List<String> OTHERS =
      List.of(
          "/flagz",
          "/metrics",
          "/metrics/slis",
          "/statusz",
          "/openapi/v2",
          "/openapi/v3",
          "/openapi/v3/",
          "/version");

  @Override
  public Response handle(Request request) throws IOException, InterruptedException {
    var review = reviews.handle(request);
    if (review.isPresent()) {
      return review.get();
    }
    var healthy = health.handle(request);
    if (healthy.isPresent()) {
      return healthy.get();
    }
    return discovery
        .handle(request)
        .or(() -> openApi.handle(request))
        .or(() -> openIdDocument(request))
        .or(() -> flows.at(request.path(), request.query()).map(text -> Response.text(200, text)))
        .or(() -> zpages.at(request, paths()))
        .orElseGet(() -> single(request));
  }

  private Optional<Response> openIdDocument(Request request) {
    if (openId == null) {
      return Optional.empty();
    }
    var server = "https://" + request.headers().firstOr("Host", "");
    // Clients made from published OpenAPI documents ask with a slash at the end.
    var path = request.path().endsWith("/") ? withoutLast(request.path()) : request.path();
    var found =
        switch (path) {
          case OpenIdDocuments.CONFIGURATION_PATH ->
              Optional.of(Response.of(200, "application/json", openId.configuration(server)));
          case OpenIdDocuments.KEYS_PATH ->
              Optional.of(Response.of(200, OpenIdDocuments.KEYS_TYPE, openId.keys()));
          default -> Optional.<Response>empty();
        };
    return found.map(document -> document.with("Cache-Control", OpenIdDocuments.CACHE_CONTROL));
  }

  private static String withoutLast(String path) {
    return path.substring(0, path.length() - 1);
  }

  private Response single(Request request) {
    return switch (request.path()) {
      case "/version", "/version/" -> json(request, Version.document());
      case "/metrics" -> metricsText(metrics);
      case "/metrics/slis" -> metricsText(List.of(slis));
      case "/", "/index.html" -> json(request, roots());
      default -> throw new PathNotFoundException();
    };
  }

  private JsonObject roots() {
    return JsonObject.of(
        "paths", new JsonArray(paths().stream().<JsonValue>map(JsonString::new).toList()));
  }

  private List<String> paths() {
    var paths = new TreeSet<>(OTHERS);
    paths.addAll(discovery.paths());
    paths.addAll(health.paths());
    if (openId != null) {
      paths.add(OpenIdDocuments.CONFIGURATION_PATH);
      paths.add(OpenIdDocuments.KEYS_PATH);
    }
    return List.copyOf(paths);
  }

  private static Response metricsText(List<PrometheusRegistry> registries) {
    return Response.of(200, MetricsText.MEDIA_TYPE, MetricsText.of(registries));
  }

  private static Response json(Request request, JsonObject document) {
    return Answers.json(Answers.format(request), 200, JsonPrinter.printUtf8(document));
  }
}

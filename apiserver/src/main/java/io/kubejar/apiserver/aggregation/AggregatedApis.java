package io.kubejar.apiserver.aggregation;

import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.connect.Backend;
import io.kubejar.apiserver.connect.ReverseProxy;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends requests for groups and versions that a Service answers for to that Service, and all
/// others on to this server's own handler.
public final class AggregatedApis implements Handler {
  private static final Logger log = LoggerFactory.getLogger(AggregatedApis.class);

  /// Whoever asks what there is must not wait long for one server of many.
  private static final Duration DISCOVERY_PATIENCE = Duration.ofSeconds(5);

  private static final int DISCOVERY_SEGMENTS = 3;

  private final RemoteServices services;
  private final Backends backends;
  private final Handler own;

  AggregatedApis(RemoteServices services, Backends backends, Handler own) {
    this.services = services;
    this.backends = backends;
    this.own = own;
  }

  @Override
  public Response handle(Request request) throws IOException, InterruptedException {
    var remote = services.ofPath(request.path());
    return remote.isEmpty() ? own.handle(request) : forward(backends, request, remote.get());
  }

  /// Sends the request to the server behind an APIService, in the user's name.
  static Response forward(Backends backends, Request request, APIService service) {
    request.beginning().isOver(); // It costs somebody else.
    if (!Conditions.isAvailable(service)) {
      return failed(503, "service unavailable");
    }
    try {
      var backend = backend(backends, service);
      var patient = isDiscovery(request) ? backend.within(DISCOVERY_PATIENCE) : backend;
      return ReverseProxy.forwardOrRefuse(
          request,
          patient,
          request.path(),
          headers ->
              IdentityHeaders.with(headers.replacing("Host", backend.authority()), request.user()),
          backends.kept());
    } catch (ApiException failure) {
      return failed(failure.code() == 500 ? 500 : 503, failure.status().message());
    }
  }

  private static Backend backend(Backends backends, APIService service) {
    try {
      return backends.of(service);
    } catch (ApiException nobody) {
      log.info("apiservice={} because={}", service.metadata().name(), nobody.getMessage());
      throw ApiException.serviceUnavailable("service unavailable");
    }
  }

  private static boolean isDiscovery(Request request) {
    var inner = request.path().replaceAll("^/+|/+$", "");
    return !request.info().resourceRequest() && inner.split("/", -1).length == DISCOVERY_SEGMENTS;
  }

  private static Response failed(int status, String message) {
    return Response.text(status, message + "\n").with("X-Content-Type-Options", "nosniff");
  }
}

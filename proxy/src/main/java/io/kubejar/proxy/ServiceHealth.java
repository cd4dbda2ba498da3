package io.kubejar.proxy;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import java.util.List;
import java.util.Optional;

/// What a load balancer is told that asks whether a node has endpoints of a Service whose outside
/// traffic stays on the node (`externalTrafficPolicy: Local`).
///
/// @param port where it asks, the Service's `healthCheckNodePort`
/// @param localEndpoints how many ready endpoints the node has
public record ServiceHealth(int port, ObjectKey service, int localEndpoints) {

  /// Of a Service that load balancers ask for.
  static Optional<ServiceHealth> of(Service service, List<EndpointSlice> slices, String nodeName) {
    var spec = service.spec();
    if (!"Local".equals(spec.externalTrafficPolicy()) || spec.healthCheckNodePort() == 0) {
      return Optional.empty();
    }
    long local =
        slices.stream()
            .flatMap(slice -> slice.endpoints().stream())
            .filter(endpoint -> nodeName.equals(endpoint.nodeName()))
            .filter(endpoint -> !Boolean.FALSE.equals(endpoint.conditions().ready()))
            .flatMap(endpoint -> endpoint.addresses().stream().limit(1))
            .distinct()
            .count();
    return Optional.of(
        new ServiceHealth(
            spec.healthCheckNodePort(), ObjectKey.of(service), Math.toIntExact(local)));
  }

  /// 200 sends traffic here, 503 keeps it away.
  int status(boolean proxyHealthy) {
    return localEndpoints > 0 && proxyHealthy ? 200 : 503;
  }

  /// The body, in upstream's shape.
  String body(boolean proxyHealthy) {
    return """
    {
    	"service": {
    		"namespace": %s,
    		"name": %s
    	},
    	"localEndpoints": %d,
    	"serviceProxyHealthy": %s
    }\
    """
        .formatted(
            quoted(service.namespace()), quoted(service.name()), localEndpoints, proxyHealthy);
  }

  private static String quoted(String text) {
    return JsonPrinter.print(new JsonString(text));
  }
}

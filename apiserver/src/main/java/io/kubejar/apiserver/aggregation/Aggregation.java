package io.kubejar.apiserver.aggregation;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apiserver.connect.ReadyEndpoints;
import io.kubejar.apiserver.discovery.RemoteOpenApi;
import io.kubejar.apiserver.discovery.RemoteVersion;
import io.kubejar.apiserver.discovery.ServedGroups;
import io.kubejar.apiserver.local.LocalApi;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.http.IdleConnections;
import io.kubejar.http.tls.TlsSource;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The parts that let other servers answer for groups and versions, put together.
public final class Aggregation implements AutoCloseable {
  /// As many as upstream keeps, and for as long.
  private static final IdleConnections.Bounds KEPT =
      new IdleConnections.Bounds(250, 25, Duration.ofSeconds(90));

  private final RemoteServices services;
  private final Backends backends;
  private final IdleConnections kept;
  private final Registration registration;
  private final Availability availability;
  private final RemoteDocuments documents;
  private final AvailabilityMetrics metrics;

  /// What all parts work with.
  ///
  /// @param api this server's API for its own writes
  /// @param served what this server serves itself
  /// @param proxyClient the certificate shown to other servers; null shows none
  public record Surroundings(
      Resources resources,
      LocalApi api,
      Clock clock,
      ReadyEndpoints endpoints,
      Supplier<ServedGroups> served,
      @Nullable TlsSource proxyClient,
      PrometheusRegistry metrics) {}

  public Aggregation(Surroundings with) {
    var resources = with.resources();
    services = new RemoteServices(resources.stored(APIService.RESOURCE).registry().cache());
    kept = new IdleConnections(KEPT, with.clock());
    backends = new Backends(with.endpoints(), new BackendTls(with.proxyClient()), kept);
    registration =
        new Registration(
            with.api(),
            with.clock(),
            () -> versions(with.served().get()),
            Changes.of(resources, APIService.RESOURCE, CustomResourceDefinition.RESOURCE));
    metrics = new AvailabilityMetrics(with.metrics());
    availability =
        new Availability(
            with.api(),
            with.clock(),
            Changes.of(resources, APIService.RESOURCE, Service.RESOURCE, EndpointSlice.RESOURCE),
            new AvailabilityChecks(with.endpoints(), backends),
            metrics);
    documents =
        new RemoteDocuments(
            services, backends, with.clock(), Changes.of(resources, APIService.RESOURCE));
  }

  private static Set<GroupVersion> versions(ServedGroups served) {
    var versions = new LinkedHashSet<GroupVersion>();
    for (var group : served.groups()) {
      group.versions().forEach(it -> versions.add(new GroupVersion(group.name(), it.name())));
    }
    return versions;
  }

  /// Sends requests on to those who answer for them, and all others to this server's own handler.
  public Handler inFrontOf(Handler own) {
    return new AggregatedApis(services, backends, own);
  }

  /// What others serve, for discovery.
  public List<RemoteVersion> versions() {
    return documents.versions();
  }

  /// The OpenAPI documents of others.
  public RemoteOpenApi openApi() {
    return new RemoteOpenApis(
        documents, (request, service) -> AggregatedApis.forward(backends, request, service));
  }

  /// Whether every group and version of this server has had its APIService.
  public boolean registered() {
    return registration.complete();
  }

  /// Metrics that cannot be in one registry with the others.
  public PrometheusRegistry gauges() {
    return metrics.gauges();
  }

  /// What must be stepped, each by its name.
  public Map<String, Steppable> parts() {
    var parts = new LinkedHashMap<String, Steppable>();
    parts.put("apiserver/autoregister", registration);
    parts.put("apiserver/availability", availability);
    parts.put("apiserver/remote-documents", documents);
    return parts;
  }

  /// Ends what is under way with other servers.
  @Override
  public void close() {
    availability.close();
    documents.close();
    kept.close();
  }
}

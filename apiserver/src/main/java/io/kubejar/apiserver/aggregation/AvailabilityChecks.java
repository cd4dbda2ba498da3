package io.kubejar.apiserver.aggregation;

import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.api.apiregistration.v1.APIServiceCondition;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.connect.Backend;
import io.kubejar.apiserver.connect.ReadyEndpoints;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;

/// Finds out whether somebody answers for an APIService, in upstream's order and words.
///
/// @param endpoints where Services lead
record AvailabilityChecks(ReadyEndpoints endpoints, Backends backends) {
  /// The reason of a server that does not answer as it should.
  static final String FAILED = "FailedDiscoveryCheck";

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// Each asks an endpoint chosen by chance: one that answers is enough.
  private static final int ATTEMPTS = 5;

  /// What decides about an APIService, apart from the network.
  Object circumstances(APIService service) {
    var key = Backends.key(service);
    return List.of(service.spec(), endpoints.service(key), endpoints.slices(key));
  }

  APIServiceCondition condition(APIService service) throws InterruptedException {
    var key = Backends.key(service);
    var found = endpoints.service(key);
    var where = "service/" + key.name() + " in \"" + key.namespace() + '"';
    if (found.isEmpty()) {
      return Conditions.of(false, "ServiceNotFound", where + " is not present");
    }
    if (found.get().spec().type().equals("ClusterIP")) {
      var problem = clusterIp(service, found.get(), where);
      if (problem.isPresent()) {
        return problem.get();
      }
    }
    var failure = ask(service);
    return failure
        .map(text -> Conditions.of(false, FAILED, text))
        .orElseGet(() -> Conditions.of(true, "Passed", "all checks passed"));
  }

  private Optional<APIServiceCondition> clusterIp(
      APIService service, Service target, String where) {
    int wanted = Backends.port(service);
    var port =
        target.spec().ports().stream()
            .filter(it -> it.port() == wanted)
            .map(ServicePort::name)
            .findFirst();
    if (port.isEmpty()) {
      return Optional.of(
          Conditions.of(false, "ServicePortError", where + " is not listening on port " + wanted));
    }
    var slices = endpoints.slices(Backends.key(service));
    if (slices.isEmpty()) {
      return Optional.of(
          Conditions.of(false, "EndpointsNotFound", "cannot find endpointslices for " + where));
    }
    if (slices.stream().noneMatch(slice -> hasReady(slice, port.get()))) {
      return Optional.of(
          Conditions.of(
              false,
              "MissingEndpoints",
              "endpointslices for "
                  + where
                  + " have no addresses with port name \""
                  + port.get()
                  + '"'));
    }
    return Optional.empty();
  }

  private static boolean hasReady(EndpointSlice slice, String port) {
    return slice.endpoints().stream().anyMatch(ReadyEndpoints::isReady)
        && slice.ports().stream()
            .anyMatch(it -> port.equals(it.name() == null ? "" : it.name()) && it.port() != null);
  }

  /// Empty as soon as one attempt succeeds, else what went wrong last.
  private Optional<String> ask(APIService service) throws InterruptedException {
    var answers = new ArrayBlockingQueue<Optional<String>>(ATTEMPTS);
    for (int i = 0; i < ATTEMPTS; i++) {
      Thread.ofVirtual().name("apiservice-check").start(() -> answers.add(attempt(service)));
    }
    var last = Optional.<String>empty();
    for (int i = 0; i < ATTEMPTS; i++) {
      last = answers.take();
      if (last.isEmpty()) {
        return last;
      }
    }
    return last;
  }

  private Optional<String> attempt(APIService service) {
    Backend backend;
    try {
      backend = backends.of(service).within(PATIENCE);
    } catch (ApiException nobody) {
      return Optional.of(nobody.status().message());
    }
    var spec = service.spec();
    var path =
        spec.group().isEmpty()
            ? "/api/" + spec.version()
            : "/apis/" + spec.group() + "/" + spec.version();
    var url = "https://" + backend.authority() + path;
    var failing = "failing or missing response from " + url + ": ";
    try {
      int status = RemoteFetch.status(backend, path);
      return status >= 200 && status < 300
          ? Optional.empty()
          : Optional.of(failing + "bad status from " + url + ": " + status);
    } catch (IOException failure) {
      return Optional.of(failing + "Get \"" + url + "\": " + backend.failure(failure));
    }
  }
}

package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

/// Endpoints and EndpointSlices, as far as the API and the controllers go.
final class ServiceEndpointsTest {
  private static final String SLICES =
      "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";

  @Conformance("[sig-network] API Server should provide secure master service")
  void ownService(Api api) throws Exception {
    var ports = items(api.get("/api/v1/namespaces/default/services/kubernetes"), "spec.ports");
    assertThat(ports).anyMatch(port -> text(port, "port").equals("443"));
  }

  @Conformance(
      "[sig-network] API Server should have Endpoints and EndpointSlices pointing to API Server")
  void ownEndpoints(Api api) throws Exception {
    var namespace = "/api/v1/namespaces/default";
    assertThat(text(api.get(namespace + "/services/kubernetes"), "metadata.name"))
        .isEqualTo("kubernetes");
    var endpoints = api.get(namespace + "/endpoints/kubernetes");
    assertThat(items(endpoints, "subsets")).hasSize(1);
    var slices = api.get(SLICES + "?labelSelector=kubernetes.io%2Fservice-name%3Dkubernetes");
    assertThat(items(slices, "items")).isNotEmpty();
    for (var slice : items(slices, "items")) {
      assertThat(items(slice, "endpoints")).isNotEmpty();
      assertThat(text(slice, "endpoints.0.addresses.0"))
          .isEqualTo(text(endpoints, "subsets.0.addresses.0.ip"));
    }
  }

  @Conformance(
      "[sig-network] EndpointSlice should create and delete EndpointSlices for a Service with a"
          + " selector that matches no pods")
  void emptySlices(Api api) throws Exception {
    service(api, "empty-slices");
    var collection = api.path("discovery.k8s.io/v1", "endpointslices");
    var selected = "labelSelector=kubernetes.io%2Fservice-name%3Dempty-slices";
    try (var watch = api.watch(collection, selected)) {
      assertThat(watch.next().type()).isEqualTo("ADDED");
      assertThat(names(api.get(collection + "?" + selected))).hasSize(1);
      api.delete(api.core("services/empty-slices"));
      watch.next("DELETED");
    }
    assertThat(names(api.get(collection + "?" + selected))).isEmpty();
  }

  @Conformance(
      "[sig-network] EndpointsController should create and delete Endpoints for a Service with a"
          + " selector that matches no pods")
  void emptyEndpoints(Api api) throws Exception {
    service(api, "empty-endpoints");
    var made = api.await(api.core("endpoints"), "empty-endpoints", _ -> true);
    assertThat(items(made, "subsets")).isEmpty();
    api.delete(api.core("services/empty-endpoints"));
    api.awaitGone(api.core("endpoints"), "empty-endpoints");
  }

  private static void service(Api api, String name) throws Exception {
    api.create(
        api.core("services"),
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s}
        spec:
          selector: {does-not-match-anything: endpoints-and-endpoint-slices-should-still-be-created}
          ports: [{name: example, port: 80, protocol: TCP}]
        """
            .formatted(name));
  }

  @Conformance("[sig-network] Endpoints should test the lifecycle of an Endpoint")
  void endpoints(Api api) throws Exception {
    var collection = api.core("endpoints");
    var selected = "labelSelector=test-endpoint-static%3Dtrue";
    var since = text(api.get(collection), "metadata.resourceVersion");
    try (var watch = api.watch(collection, selected + "&resourceVersion=" + since)) {
      api.create(
          collection,
          """
          apiVersion: v1
          kind: Endpoints
          metadata: {name: testservice, labels: {test-endpoint-static: 'true'}}
          subsets:
          - addresses: [{ip: 10.0.0.24}]
            ports: [{name: http, port: 80, protocol: TCP}]
          """);
      assertThat(watch.next().type()).isEqualTo("ADDED");
      var everywhere = "/api/v1/endpoints?" + selected;
      assertThat(names(api.get(everywhere))).containsExactly("testservice");
      var one = collection + "/testservice";
      api.change(one, it -> Trees.with(it, "metadata.labels.test-service", "updated"));
      assertThat(text(watch.next("MODIFIED").object(), "metadata.labels.test-service"))
          .isEqualTo("updated");
      api.patch(
          one,
          Api.STRATEGIC_PATCH,
          """
          {"metadata":{"labels":{"test-service":"patched"}},
           "subsets":[{"addresses":[{"ip":"10.0.0.25"}],"ports":[{"name":"http-test","port":8080}]}]}
          """);
      var patched = api.get(one);
      assertThat(text(patched, "metadata.labels.test-service")).isEqualTo("patched");
      assertThat(text(patched, "subsets.0.addresses.0.ip")).isEqualTo("10.0.0.25");
      assertThat(text(patched, "subsets.0.ports.0.name")).isEqualTo("http-test");
      assertThat(text(patched, "subsets.0.ports.0.port")).isEqualTo("8080");
      api.delete(collection + "?" + selected);
      watch.next("DELETED");
      assertThat(api.tryGet(one).code()).isEqualTo(404);
    }
  }
}

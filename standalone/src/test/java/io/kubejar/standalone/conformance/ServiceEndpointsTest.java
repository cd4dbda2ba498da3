package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
      var added = watch.next("ADDED").object();
      assertThat(
              added
                  .object("metadata")
                  .object("labels")
                  .text("endpointslice.kubernetes.io/managed-by"))
          .isEqualTo("endpointslice-controller.k8s.io");
      assertThat(items(added, "endpoints")).isEmpty();
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

  @Conformance(
      "[sig-network] EndpointSliceMirroring should mirror a custom Endpoints resource through"
          + " create update and delete")
  void mirroredEndpoints(Api api) throws Exception {
    api.create(
        api.core("services"),
        """
        apiVersion: v1
        kind: Service
        metadata: {name: example-custom-endpoints}
        spec: {ports: [{name: example, port: 80, protocol: TCP}]}
        """);
    var collection = api.path("discovery.k8s.io/v1", "endpointslices");
    var endpoints = api.core("endpoints/example-custom-endpoints");
    try (var watch = api.watch(collection, "labelSelector=" + of("example-custom-endpoints"))) {
      api.create(
          api.core("endpoints"),
          """
          apiVersion: v1
          kind: Endpoints
          metadata: {name: example-custom-endpoints}
          subsets:
          - ports: [{port: 80}]
            addresses: [{ip: 10.1.2.3}]
          """);
      var mirrored = watch.next("ADDED").object();
      assertMirrors(mirrored, "10.1.2.3");

      api.change(endpoints, it -> Trees.with(it, "subsets.0.addresses.0.ip", "10.2.3.4"));
      assertMirrors(watch.next("MODIFIED").object(), "10.2.3.4");
      assertThat(names(api.get(collection))).containsExactly(text(mirrored, "metadata.name"));

      api.delete(endpoints);
      watch.next("DELETED");
    }
    assertThat(names(api.get(collection))).isEmpty();
  }

  private static void assertMirrors(JsonObject slice, String address) {
    assertThat(items(slice, "ports")).hasSize(1);
    assertThat(text(slice, "ports.0.port")).isEqualTo("80");
    assertThat(items(slice, "endpoints")).hasSize(1);
    assertThat(at(slice, "endpoints.0.addresses")).isEqualTo(JsonArray.of(new JsonString(address)));
  }

  @Conformance(
      "[sig-network] EndpointSlice should create Endpoints and EndpointSlices for Pods matching a"
          + " Service")
  void slicesOfPods(Api api) throws Exception {
    var pods = podsAndServices(api);
    assertThat(awaitSlices(api, "example-int-port", 1))
        .containsOnly(behind("example", pods.getFirst(), 3000));
    assertThat(awaitSlices(api, "example-named-port", 2))
        .containsOnly(behind("http", pods.getFirst(), 3000), behind("http", pods.getLast(), 3001));

    var collection = api.path("discovery.k8s.io/v1", "endpointslices");
    for (var name : names(api.get(collection + "?labelSelector=" + of("example-named-port")))) {
      api.delete(collection + "/" + name);
    }
    assertThat(awaitSlices(api, "example-named-port", 2))
        .containsOnly(behind("http", pods.getFirst(), 3000), behind("http", pods.getLast(), 3001));
  }

  @Conformance(
      "[sig-network] EndpointsController should create Endpoints for Pods matching a Service")
  void endpointsOfPods(Api api) throws Exception {
    var pods = podsAndServices(api);
    assertThat(awaitEndpoints(api, "example-int-port", 1))
        .containsOnly(behind("example", pods.getFirst(), 3000));
    assertThat(awaitEndpoints(api, "example-named-port", 2))
        .containsOnly(behind("http", pods.getFirst(), 3000), behind("http", pods.getLast(), 3001));
  }

  /// What stands behind a Service: an address, its port and the pod that it belongs to.
  private record Behind(String name, String port, String address, String kind, String pod) {}

  private static Behind behind(String name, JsonObject pod, int port) {
    return new Behind(
        name, Integer.toString(port), text(pod, "status.podIP"), "Pod", text(pod, "metadata.uid"));
  }

  /// Makes two pods that run, and two Services: of the first alone by a number, and of both by a
  /// name that is another number in each.
  private static List<JsonObject> podsAndServices(Api api) throws Exception {
    var pod =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %1$s, labels: {%1$s: 'on', shared12: 'on'}}
        spec: {containers: [{name: container1, image: nginx, ports: [%2$s]}]}
        """;
    var named = "{name: example-name, containerPort: %d}";
    api.create(api.core("pods"), pod.formatted("pod1", named.formatted(3000)));
    api.create(
        api.core("pods"),
        pod.formatted("pod2", named.formatted(3001) + ", {name: other-port, containerPort: 3002}"));
    var service =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s}
        spec:
          selector: {%s: 'on'}
          publishNotReadyAddresses: true
          ports: [{name: %s, port: 80, targetPort: %s, protocol: TCP}]
        """;
    api.create(
        api.core("services"), service.formatted("example-int-port", "pod1", "example", "3000"));
    api.create(
        api.core("services"),
        service.formatted("example-named-port", "shared12", "http", "example-name"));
    return List.of(awaitAddress(api, "pod1"), awaitAddress(api, "pod2"));
  }

  private static JsonObject awaitAddress(Api api, String pod) throws Exception {
    return api.await(api.core("pods"), pod, it -> !items(it, "status.podIPs").isEmpty());
  }

  private static Set<Behind> awaitSlices(Api api, String service, int count) throws Exception {
    var list =
        api.eventually(
            api.path("discovery.k8s.io/v1", "endpointslices") + "?labelSelector=" + of(service),
            it -> slices(it).size() >= count);
    return slices(list);
  }

  private static Set<Behind> slices(JsonObject list) {
    var all = new HashSet<Behind>();
    for (var slice : items(list, "items")) {
      assertThat(items(slice, "ports").size()).isLessThanOrEqualTo(1);
      for (var endpoint : items(slice, "endpoints")) {
        all.add(
            new Behind(
                text(slice, "ports.0.name"),
                text(slice, "ports.0.port"),
                text(endpoint, "addresses.0"),
                text(endpoint, "targetRef.kind"),
                text(endpoint, "targetRef.uid")));
      }
    }
    return all;
  }

  private static Set<Behind> awaitEndpoints(Api api, String service, int count) throws Exception {
    return endpoints(
        api.await(api.core("endpoints"), service, it -> endpoints(it).size() >= count));
  }

  private static Set<Behind> endpoints(JsonObject object) {
    var all = new HashSet<Behind>();
    for (var subset : items(object, "subsets")) {
      assertThat(items(subset, "ports")).hasSize(1);
      for (var address : items(subset, "addresses")) {
        all.add(
            new Behind(
                text(subset, "ports.0.name"),
                text(subset, "ports.0.port"),
                text(address, "ip"),
                text(address, "targetRef.kind"),
                text(address, "targetRef.uid")));
      }
    }
    return all;
  }

  private static String of(String service) {
    return "kubernetes.io%2Fservice-name%3D" + service;
  }

  /// Upstream lets half of the Services wait for 20 seconds and the others longer. Here all of them
  /// must have their endpoint before a watch of that length ends.
  @Conformance("[sig-network] Service endpoints latency should not be very high")
  void latency(Api api) throws Exception {
    var pod = Trees.with(Placement.pod("svc-latency", "{}"), "metadata.labels.name", "svc-latency");
    new Placement(api).run(pod);
    var waiting = new HashSet<String>();
    var path = api.path("discovery.k8s.io/v1", "endpointslices") + "?watch=true&timeoutSeconds=20";
    try (var watch = new WatchStream(api.client().open(path))) {
      for (int i = 0; i < 200; i++) {
        var made =
            api.create(
                api.core("services"),
                """
                apiVersion: v1
                kind: Service
                metadata: {generateName: latency-svc-}
                spec: {selector: {name: svc-latency}, ports: [{protocol: TCP, port: 80}]}
                """);
        waiting.add(text(made, "metadata.name"));
      }
      while (!waiting.isEmpty()) {
        var slice = watch.next().object();
        if (!items(slice, "endpoints").isEmpty()) {
          waiting.remove(
              slice.object("metadata").object("labels").text("kubernetes.io/service-name"));
        }
      }
    }
    api.delete(api.core("services"));
  }
}

package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;

/// Services as objects, and where their addresses come from.
final class ServicesTest {
  private static final String SERVICES = "[sig-network] Services ";
  private static final String ADDRESSES = "[sig-network] ServiceCIDR and IPAddress API ";
  private static final String NETWORKING = "networking.k8s.io/v1";
  private static final String CIDRS = "/apis/networking.k8s.io/v1/servicecidrs";
  private static final String IPS = "/apis/networking.k8s.io/v1/ipaddresses";

  @Conformance(SERVICES + "should find a service from listing all namespaces")
  void findTheOneOfTheApi(Api api) throws Exception {
    assertThat(items(api.get("/api/v1/services"), "items"))
        .anyMatch(
            service ->
                text(service, "metadata.name").equals("kubernetes")
                    && text(service, "metadata.namespace").equals("default"));
  }

  @Conformance(SERVICES + "should complete a service status lifecycle")
  void keepAStatus(Api api) throws Exception {
    var name = "test-service";
    var path = api.core("services/" + name);
    var selector = "labelSelector=" + Api.encoded("test-service-static=true");
    var before = text(api.get(api.core("services")), "metadata.resourceVersion");
    try (var watch = api.watch(api.core("services"), selector + "&resourceVersion=" + before)) {
      var made =
          api.create(
              api.core("services"),
              """
              apiVersion: v1
              kind: Service
              metadata: {name: test-service, labels: {test-service-static: 'true'}}
              spec:
                type: LoadBalancer
                ports: [{name: http, protocol: TCP, port: 80, targetPort: 80}]
              """);
      assertThat(watch.next("ADDED").name()).isEqualTo(name);
      assertThat(text(api.get(path + "/status"), "metadata.uid"))
          .isEqualTo(text(made, "metadata.uid"));

      api.patch(
          path + "/status",
          Api.MERGE_PATCH,
          """
          {"metadata":{"annotations":{"patchedstatus":"true"}},
           "status":{"loadBalancer":{"ingress":[{"ip":"203.0.113.1"}]}}}
          """);
      var patched = watch.next("MODIFIED").object();
      assertThat(text(patched, "metadata.annotations.patchedstatus")).isEqualTo("true");
      assertThat(text(patched, "status.loadBalancer.ingress.0.ip")).isEqualTo("203.0.113.1");

      var condition =
          tree(
              "{conditions: [{type: StatusUpdate, status: 'True', reason: E2E,"
                  + " lastTransitionTime: null, message: Set from e2e test}]}");
      api.change(
          path + "/status",
          found -> Trees.with(found, "status.conditions", at(condition, "conditions")));
      var updated = watch.next("MODIFIED").object();
      assertThat(Api.hasCondition(updated, "StatusUpdate", "True")).isTrue();
      assertThat(text(updated, "status.loadBalancer.ingress.0.ip")).isEqualTo("203.0.113.1");

      api.patch(
          path, Api.STRATEGIC_PATCH, "{\"metadata\":{\"labels\":{\"test-service\":\"patched\"}}}");
      var labelled = watch.next("MODIFIED").object();
      assertThat(text(labelled, "metadata.labels.test-service")).isEqualTo("patched");
      assertThat(labelled.object("status")).isEqualTo(updated.object("status"));

      api.delete(path);
      assertThat(watch.next("DELETED").name()).isEqualTo(name);
    }
  }

  @Conformance(SERVICES + "should delete a collection of services")
  void canBeDeletedTogether(Api api) throws Exception {
    for (var labels : new String[] {"{fruit: apple}", "{fruit: apple}", "{fruit: pear}"}) {
      api.create(
          api.core("services"),
          """
          apiVersion: v1
          kind: Service
          metadata: {generateName: e2e-svc-, labels: %s}
          spec: {ports: [{name: http, protocol: TCP, port: 80, targetPort: 9376}]}
          """
              .formatted(labels));
    }
    assertThat(names(api.get(api.core("services")))).hasSize(3);

    api.delete(api.core("services?labelSelector=fruit%3Dapple"));

    assertThat(items(api.get(api.core("services")), "items"))
        .singleElement()
        .satisfies(left -> assertThat(text(left, "metadata.labels.fruit")).isEqualTo("pear"));
  }

  @Conformance(ADDRESSES + "should support ServiceCIDR API operations")
  void haveRanges(Api api) throws Exception {
    Operations.cluster(api, NETWORKING, "servicecidrs", "{}").requireInDiscovery("status");
    var kubernetes = api.get(CIDRS + "/kubernetes");
    assertThat(Api.hasCondition(kubernetes, "Ready", "True")).isTrue();
    var labels = "{test: %s}".formatted(api.suffix());
    cidr(api, "cidr-" + api.suffix(), labels, "10.237.88.0/24");
    var name = "cidr2-" + api.suffix();
    cidr(api, name, "{test: %s-collection}".formatted(api.suffix()), "10.238.88.0/24");
    var one = CIDRS + "/cidr-" + api.suffix();

    var ready =
        api.await(CIDRS, "cidr-" + api.suffix(), it -> Api.hasCondition(it, "Ready", "True"));
    var patched =
        api.patch(one, Api.MERGE_PATCH, "{\"metadata\":{\"annotations\":{\"patched\":\"true\"}}}");
    assertThat(text(patched, "metadata.annotations.patched")).isEqualTo("true");
    assertThat(version(patched)).isGreaterThan(version(ready));
    var updated =
        api.change(one, found -> Trees.with(found, "metadata.annotations.updated", "true"));
    assertThat(text(updated, "metadata.annotations.updated")).isEqualTo("true");
    requireStatus(api, one);
    var selected = CIDRS + "?labelSelector=" + Api.encoded("test=" + api.suffix());
    assertThat(names(api.get(selected))).containsExactly("cidr-" + api.suffix());
    try (var watch = api.watch(CIDRS, "labelSelector=" + Api.encoded("test=" + api.suffix()))) {
      assertThat(watch.next().name()).isEqualTo("cidr-" + api.suffix());
      // It stays until all allocators have heard.
      api.delete(one);
      assertThat(text(watch.next("MODIFIED").object(), "metadata.deletionTimestamp")).isNotEmpty();
    }
    api.delete(CIDRS + "?labelSelector=" + Api.encoded("test=" + api.suffix() + "-collection"));
    assertThat(text(api.get(CIDRS + "/" + name), "metadata.deletionTimestamp")).isNotEmpty();
  }

  private static void requireStatus(Api api, String one) throws Exception {
    assertThat(text(api.get(one + "/status"), "kind")).isEqualTo("ServiceCIDR");
    var conditions =
        """
        {status: {conditions: [{type: StatusPatched, status: 'True', reason: E2E, message: patched,
          lastTransitionTime: '2026-01-01T00:00:00Z'}]}}
        """;
    var patched = api.patch(one + "/status", Api.MERGE_PATCH, tree(conditions).toString());
    assertThat(Api.hasCondition(patched, "StatusPatched", "True")).isTrue();
    var wanted = at(tree(conditions.replace("Patched", "Updated")), "status.conditions");
    var updated =
        api.change(one + "/status", found -> Trees.with(found, "status.conditions", wanted));
    assertThat(Api.hasCondition(updated, "StatusUpdated", "True")).isTrue();
  }

  private static void cidr(Api api, String name, String labels, String range) throws Exception {
    api.create(
        CIDRS,
        """
        apiVersion: networking.k8s.io/v1
        kind: ServiceCIDR
        metadata: {name: %s, labels: %s}
        spec: {cidrs: [%s]}
        """
            .formatted(name, labels, range));
  }

  @Conformance(ADDRESSES + "should support IPAddress API operations")
  void haveAddresses(Api api) throws Exception {
    Operations.cluster(api, NETWORKING, "ipaddresses", "{}").requireInDiscovery();
    var made = address(api, "255.255.255.255", "broadcast");
    address(api, "fe80::42:1dff:fe84:f9e2", "link-local");
    var one = IPS + "/255.255.255.255";

    var patched =
        api.patch(one, Api.MERGE_PATCH, "{\"metadata\":{\"annotations\":{\"patched\":\"true\"}}}");
    assertThat(text(patched, "metadata.annotations.patched")).isEqualTo("true");
    assertThat(version(patched)).isGreaterThan(version(made));
    var updated = api.update(one, Trees.with(api.get(one), "metadata.annotations.updated", "true"));
    assertThat(text(updated, "metadata.annotations.updated")).isEqualTo("true");
    assertThat(api.get(one)).isEqualTo(updated);
    assertThat(names(api.get(IPS + "?labelSelector=type%3Dbroadcast")))
        .containsExactly("255.255.255.255");
    try (var watch = api.watch(IPS, "labelSelector=type%3Dbroadcast")) {
      assertThat(watch.next().object()).isEqualTo(updated);
      api.delete(one);
      watch.next("DELETED");
    }
    api.delete(IPS + "?labelSelector=type%3Dlink-local");
    assertThat(names(api.get(IPS + "?labelSelector=type%3Dlink-local"))).isEmpty();
  }

  private static JsonObject address(Api api, String name, String type) throws Exception {
    return api.create(
        IPS,
        """
        apiVersion: networking.k8s.io/v1
        kind: IPAddress
        metadata: {name: '%s', labels: {type: %s}}
        spec: {parentRef: {group: mygroup, resource: myresources, namespace: foo, name: bar}}
        """
            .formatted(name, type));
  }

  private static long version(JsonObject object) {
    return Long.parseLong(text(object, "metadata.resourceVersion"));
  }
}

package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the server says that it serves, in the classic and the aggregated form.
final class DiscoveryTest {
  private static final String AGGREGATED = "[sig-api-machinery] AggregatedDiscovery ";
  private static final String CLASSIC = "[sig-api-machinery] Discovery ";
  private static final String ACCEPT =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  /// One resource of each group and version that every cluster has.
  private static final Map<String, String> EVERYWHERE =
      Map.ofEntries(
          Map.entry("admissionregistration.k8s.io/v1", "validatingwebhookconfigurations"),
          Map.entry("apiextensions.k8s.io/v1", "customresourcedefinitions"),
          Map.entry("apiregistration.k8s.io/v1", "apiservices"),
          Map.entry("apps/v1", "deployments"),
          Map.entry("authentication.k8s.io/v1", "tokenreviews"),
          Map.entry("authorization.k8s.io/v1", "selfsubjectaccessreviews"),
          Map.entry("autoscaling/v1", "horizontalpodautoscalers"),
          Map.entry("autoscaling/v2", "horizontalpodautoscalers"),
          Map.entry("batch/v1", "jobs"),
          Map.entry("certificates.k8s.io/v1", "certificatesigningrequests"),
          Map.entry("coordination.k8s.io/v1", "leases"),
          Map.entry("discovery.k8s.io/v1", "endpointslices"),
          Map.entry("events.k8s.io/v1", "events"),
          Map.entry("networking.k8s.io/v1", "ingresses"),
          Map.entry("node.k8s.io/v1", "runtimeclasses"),
          Map.entry("policy/v1", "poddisruptionbudgets"),
          Map.entry("scheduling.k8s.io/v1", "priorityclasses"),
          Map.entry("storage.k8s.io/v1", "csinodes"));

  @Conformance(CLASSIC + "should validate PreferredVersion for each APIGroup")
  void everyGroupPrefersAVersionThatItHas(Api api) throws Exception {
    var groups = items(api.get("/apis/"), "groups");
    assertThat(groups).isNotEmpty();
    for (var group : groups) {
      if (!group.text("name").endsWith(".example.com")) { // Other tests' come and go.
        var alone = api.get("/apis/" + group.text("name") + "/");
        assertThat(items(alone, "versions").stream().map(it -> it.text("groupVersion")))
            .contains(text(alone, "preferredVersion.groupVersion"));
      }
    }
  }

  @Conformance(CLASSIC + "should locate the groupVersion and a resource within each APIGroup")
  void everyGroupHasItsResources(Api api) throws Exception {
    assertHas(api.get("/api/v1"), "v1", "namespaces");
    for (var entry : EVERYWHERE.entrySet()) {
      assertHas(api.get("/apis/" + entry.getKey()), entry.getKey(), entry.getValue());
    }
  }

  private static void assertHas(JsonObject list, String groupVersion, String resource) {
    assertThat(list.text("groupVersion")).isEqualTo(groupVersion);
    assertThat(items(list, "resources")).anyMatch(it -> it.text("name").equals(resource));
  }

  @Conformance(AGGREGATED + "should support raw aggregated discovery endpoint Accept headers")
  void aggregatesWhenAsked(Api api) throws Exception {
    assertThat(aggregated(api, "/apis")).containsAll(everywhere());
    assertThat(aggregated(api, "/api")).contains("v1 namespaces");
  }

  @Conformance(AGGREGATED + "should support raw aggregated discovery request for CRDs")
  void aggregatesCustomResources(Api api) throws Exception {
    var definition = defined(api);

    assertThat(aggregated(api, "/apis")).contains(definition);
  }

  @Conformance(AGGREGATED + "should support aggregated discovery interface")
  void givesClientsGroupsAndResourcesInTwoRequests(Api api) throws Exception {
    var found = new ArrayList<>(aggregated(api, "/api"));
    found.addAll(aggregated(api, "/apis"));

    assertThat(found).containsAll(everywhere()).contains("v1 namespaces");
  }

  @Conformance(AGGREGATED + "should support aggregated discovery interface for CRDs")
  void givesClientsCustomResourcesToo(Api api) throws Exception {
    var definition = defined(api);
    var found = new ArrayList<>(aggregated(api, "/api"));
    found.addAll(aggregated(api, "/apis"));

    assertThat(found).contains(definition);
  }

  private static List<String> everywhere() {
    return EVERYWHERE.entrySet().stream().map(it -> it.getKey() + " " + it.getValue()).toList();
  }

  private static String defined(Api api) throws Exception {
    var group = api.suffix() + ".example.com";
    var definition =
        new Definition(group, "Testcrd", "Namespaced", Definition.ANYTHING, List.of("v1"));
    api.define(definition.json());
    return definition.apiVersion() + " testcrds";
  }

  /// Every resource as group, version and name.
  private static List<String> aggregated(Api api, String path) throws Exception {
    var answer = api.tryGet(path, "Accept", ACCEPT);
    assertThat(answer.headers().firstValue("Content-Type")).contains(ACCEPT);
    var document = answer.expect(200);
    assertThat(document.text("kind")).isEqualTo("APIGroupDiscoveryList");
    var found = new ArrayList<String>();
    for (var group : items(document, "items")) {
      var prefix = text(group, "metadata.name");
      for (var version : items(group, "versions")) {
        var groupVersion = (prefix.isEmpty() ? "" : prefix + "/") + version.text("version");
        items(version, "resources")
            .forEach(resource -> found.add(groupVersion + " " + resource.text("resource")));
      }
    }
    return found;
  }

  @Conformance("[sig-api-machinery] server version should find the server version")
  void tellsItsVersion(Api api) throws Exception {
    var version = api.get("/version");

    assertThat(version.text("major")).matches("^0|[1-9][0-9]*$");
    assertThat(version.text("minor").replaceAll("[^0-9]", "")).matches("^[0-9]+$");
  }
}

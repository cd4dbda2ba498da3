package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import java.util.ArrayList;

/// Another API server behind this one.
final class AggregatorTest {
  private static final String SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";
  private static final String NAME = "v1alpha1." + SampleServer.GROUP;
  private static final String ONE = SERVICES + "/" + NAME;

  @Conformance(
      "[sig-api-machinery] Aggregator Should be able to support the 1.17 Sample API Server using"
          + " the current Aggregator [LinuxOnly]")
  void putsItsResourcesBesideTheOwn(Api api) throws Exception {
    try (var sample = new SampleServer(api)) {
      // What such a server reads to know who its callers are.
      var trust =
          api.get("/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication");
      assertThat(text(trust, "data.requestheader-client-ca-file")).contains("BEGIN CERTIFICATE");
      api.create(SERVICES, sample.registration());
      api.await(SERVICES, NAME, it -> Api.hasCondition(it, "Available", "True"));
      var flunders = SampleServer.PATH + "/namespaces/" + api.namespace() + "/flunders";
      requireFlunders(api, flunders);
      assertThat(sample.lastUser).isNotEmpty();
      api.eventually("/apis", groups -> listsGroup(groups));
      assertThat(items(api.get(SampleServer.PATH), "resources"))
          .anyMatch(it -> it.text("name").equals("flunders"));
      requireFlunders(api, flunders);

      requireChangesOfTheService(api);
      api.create(flunders, flunder());
      requireChangesOfTheStatus(api);
      requireRemoval(api, flunders);
    }
  }

  private static void requireFlunders(Api api, String flunders) throws Exception {
    var made = api.create(flunders, flunder());
    assertThat(made.text("apiVersion")).isEqualTo("wardle.example.com/v1alpha1");
    assertThat(made.text("kind")).isEqualTo("Flunder");
    assertThat(text(made, "metadata.name")).isEqualTo("test-flunder");
    assertThat(names(api.get(flunders))).containsExactly("test-flunder");
    api.delete(flunders + "/test-flunder");
    assertThat(names(api.get(flunders))).isEmpty();
  }

  private static String flunder() {
    return """
    {"apiVersion":"wardle.example.com/v1alpha1","kind":"Flunder",
     "metadata":{"name":"test-flunder","labels":{"sample-label":"true"}}}
    """;
  }

  private static boolean listsGroup(JsonObject groups) {
    return items(groups, "groups").stream()
        .anyMatch(it -> it.text("name").equals(SampleServer.GROUP));
  }

  private static void requireChangesOfTheService(Api api) throws Exception {
    assertThat(text(api.get(ONE + "/status"), "status.conditions.0.message"))
        .isEqualTo("all checks passed");
    var patched = api.patch(ONE, Api.MERGE_PATCH, "{\"spec\":{\"versionPriority\":400}}");
    assertThat(text(patched, "spec.versionPriority")).isEqualTo("400");
    assertThat(names(api.get(SERVICES))).contains(NAME);
    var labelled =
        api.patch(
            ONE,
            Api.STRATEGIC_PATCH,
            "{\"metadata\":{\"labels\":{\"e2e-apiservice\":\"patched\"}}}");
    assertThat(text(labelled, "metadata.labels.e2e-apiservice")).isEqualTo("patched");
    var updated =
        api.change(
            ONE, it -> Trees.with(it, "metadata.labels", tree("{%s: updated}".formatted(NAME))));
    assertThat(updated.object("metadata").object("labels"))
        .isEqualTo(tree("{%s: updated}".formatted(NAME)));
  }

  private static void requireChangesOfTheStatus(Api api) throws Exception {
    var updated =
        api.change(ONE + "/status", it -> withCondition(it, "StatusUpdated", "Set from e2e test"));
    assertThat(Api.hasCondition(updated, "StatusUpdated", "True")).isTrue();
    var found = api.get(ONE + "/status");
    assertThat(Api.hasCondition(found, "StatusUpdated", "True")).isTrue();
    var more = withCondition(found, "StatusPatched", "Set by e2e test");
    api.patch(
        ONE + "/status",
        Api.MERGE_PATCH,
        tree("{}").with("status", more.object("status")).toString());
    var patched = items(api.get(ONE + "/status"), "status.conditions");
    assertThat(patched)
        .anySatisfy(
            it -> {
              assertThat(it.text("type")).isEqualTo("StatusPatched");
              assertThat(it.text("reason")).isEqualTo("E2E");
              assertThat(it.text("message")).isEqualTo("Set by e2e test");
            });
  }

  private static JsonObject withCondition(JsonObject service, String type, String message) {
    var conditions = new ArrayList<>(((JsonArray) at(service, "status.conditions")).values());
    conditions.add(
        tree("{type: %s, status: 'True', reason: E2E, message: %s}".formatted(type, message)));
    return Trees.with(service, "status.conditions", new JsonArray(conditions));
  }

  private static void requireRemoval(Api api, String flunders) throws Exception {
    var selected = "?labelSelector=" + Api.encoded(NAME + "=updated");
    assertThat(names(api.get(SERVICES + selected))).containsExactly(NAME);
    api.delete(SERVICES + selected);
    assertThat(names(api.get(SERVICES + selected))).isEmpty();
    api.awaitGone(SERVICES, NAME);
    api.eventually("/apis", groups -> !listsGroup(groups));
    assertThat(api.tryGet(flunders).code()).isEqualTo(404);
  }
}

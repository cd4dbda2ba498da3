package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;

/// PodDisruptionBudgets: their objects, what the controller says in them, and what that means for
/// evictions.
final class DisruptionBudgetsTest {
  private static final String CONTROLLER = "[sig-apps] DisruptionController ";
  private static final String GROUP = "policy/v1";

  @Conformance(
      CONTROLLER
          + "Listing PodDisruptionBudgets for all namespaces should list and delete a collection of"
          + " PodDisruptionBudgets")
  void collections(Api api, ConformanceCluster cluster) throws Exception {
    var other = cluster.newTest();
    var label = "foo_pdb: " + api.suffix();
    create(api, "foo", "2", label);
    create(api, "foo2", "'1%'", label);
    create(other, "foo3", "2", label);
    var selected = "?labelSelector=foo_pdb%3D" + api.suffix();

    assertThat(names(api.get("/apis/policy/v1/poddisruptionbudgets" + selected)))
        .containsExactlyInAnyOrder("foo", "foo2", "foo3");
    assertThat(names(api.get(collection(api) + selected))).containsExactlyInAnyOrder("foo", "foo2");
    api.delete(collection(api));
    assertThat(names(api.get(collection(api)))).isEmpty();
    assertThat(names(other.get(collection(other)))).containsExactly("foo3");
  }

  @Conformance(CONTROLLER + "should create a PodDisruptionBudget")
  void objects(Api api) throws Exception {
    create(api, "foo", "'1%'", "");
    var updated =
        api.change(collection(api) + "/foo", it -> Trees.with(it, "spec.minAvailable", "2%"));
    assertThat(text(updated, "spec.minAvailable")).isEqualTo("2%");
    awaitProcessed(api, "foo");

    var patched =
        api.patch(
            collection(api) + "/foo", Api.MERGE_PATCH, "{\"spec\":{\"minAvailable\":\"3%\"}}");
    assertThat(text(patched, "spec.minAvailable")).isEqualTo("3%");
    assertThat(version(patched)).isGreaterThan(version(updated));
    awaitProcessed(api, "foo");
    api.delete(collection(api) + "/foo");
    api.awaitGone(collection(api), "foo");
  }

  private static long version(JsonObject object) {
    return Long.parseLong(text(object, "metadata.resourceVersion"));
  }

  @Conformance(CONTROLLER + "should observe PodDisruptionBudget status updated")
  void observedStatus(Api api) throws Exception {
    create(api, "foo", "1", "");
    for (int i = 0; i < 3; i++) {
      api.create(api.core("pods"), pod("pod-" + i));
    }
    for (int i = 0; i < 3; i++) {
      api.await(api.core("pods"), "pod-" + i, it -> Api.hasCondition(it, "Ready", "True"));
    }

    var allowing =
        api.await(collection(api), "foo", it -> text(it, "status.disruptionsAllowed").equals("2"));

    assertThat(text(allowing, "status.currentHealthy")).isEqualTo("3");
    assertThat(Api.hasCondition(allowing, "DisruptionAllowed", "True")).isTrue();
  }

  @Conformance(CONTROLLER + "should update/patch PodDisruptionBudget status")
  void writtenStatus(Api api) throws Exception {
    create(api, "foo", "1", "");
    api.create(api.core("pods"), pod("pod-0"));
    api.await(api.core("pods"), "pod-0", it -> Api.hasCondition(it, "Ready", "True"));
    var status = collection(api) + "/foo/status";
    var now = text(api.get(api.core("pods/pod-0")), "metadata.creationTimestamp");

    api.change(status, it -> Trees.with(it, "status.disruptedPods.pod-0", now));
    assertThat(text(api.get(status), "status.disruptedPods.pod-0")).isEqualTo(now);

    var patched =
        api.patch(status, Api.MERGE_PATCH, "{\"status\":{\"disruptedPods\":{\"pod-0\":null}}}");
    assertThat(text(patched, "status.disruptedPods.pod-0")).isEmpty();
  }

  @Conformance(CONTROLLER + "should block an eviction until the PDB is updated to allow it")
  void blockedEvictions(Api api) throws Exception {
    create(api, "foo", "3", "");
    api.create(
        api.path("apps/v1", "replicasets"),
        """
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata: {name: rs}
        spec:
          replicas: 3
          selector: {matchLabels: {foo: bar}}
          template:
            metadata: {labels: {foo: bar}}
            spec: {containers: [{name: donothing, image: pause}]}
        """);
    awaitHealthy(api, 3, 3);
    var pod = somePod(api);
    requireBlocked(api, pod);

    api.change(
        collection(api) + "/foo", it -> Trees.with(it, "spec.minAvailable", JsonNumber.of(2)));
    awaitHealthy(api, 3, 2);
    evict(api, pod).expect(201);

    api.patch(
        collection(api) + "/foo",
        Api.MERGE_PATCH,
        "{\"spec\":{\"minAvailable\":null,\"maxUnavailable\":0}}");
    awaitHealthy(api, 3, 3);
    var next = somePod(api);
    requireBlocked(api, next);

    api.delete(collection(api) + "/foo");
    api.awaitGone(collection(api), "foo");
    evict(api, next).expect(201);
  }

  private static void requireBlocked(Api api, String pod) throws Exception {
    var refused = evict(api, pod).expect(429);
    assertThat(items(refused, "details.causes").stream().map(it -> it.text("reason")))
        .contains("DisruptionBudget");
    assertThat(api.tryGet(api.core("pods/" + pod)).code()).isEqualTo(200);
  }

  private static Answer evict(Api api, String pod) throws Exception {
    return api.post(
        api.core("pods/" + pod + "/eviction"),
        """
        apiVersion: policy/v1
        kind: Eviction
        metadata: {name: %s, namespace: %s}
        """
            .formatted(pod, api.namespace()));
  }

  /// The name of a pod that runs and is not on its way out.
  private static String somePod(Api api) throws Exception {
    return items(api.get(api.core("pods")), "items").stream()
        .filter(it -> Api.hasCondition(it, "Ready", "True"))
        .filter(it -> text(it, "metadata.deletionTimestamp").isEmpty())
        .map(it -> text(it, "metadata.name"))
        .findFirst()
        .orElseThrow();
  }

  private static void awaitHealthy(Api api, int current, int desired) throws Exception {
    api.await(
        collection(api),
        "foo",
        it ->
            isProcessed(it)
                && text(it, "status.currentHealthy").equals(Integer.toString(current))
                && text(it, "status.desiredHealthy").equals(Integer.toString(desired))
                && text(it, "status.expectedPods").equals("3"));
  }

  private static void awaitProcessed(Api api, String name) throws Exception {
    api.await(collection(api), name, DisruptionBudgetsTest::isProcessed);
  }

  private static boolean isProcessed(JsonObject budget) {
    return at(budget, "status.observedGeneration").equals(at(budget, "metadata.generation"));
  }

  private static void create(Api api, String name, String minAvailable, String label)
      throws Exception {
    var budget =
        tree(
            """
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: %s, labels: {%s}}
            spec: {minAvailable: %s, selector: {matchLabels: {foo: bar}}}
            """
                .formatted(name, label, minAvailable));
    api.create(collection(api), budget.toString());
    awaitProcessed(api, name);
  }

  private static String collection(Api api) {
    return api.path(GROUP, "poddisruptionbudgets");
  }

  private static String pod(String name) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s, labels: {foo: bar}}
    spec: {restartPolicy: Always, containers: [{name: donothing, image: pause}]}
    """
        .formatted(name);
  }
}

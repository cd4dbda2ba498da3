package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import java.util.function.Predicate;

/// ReplicaSets and Deployments: their subresources, collections and pods.
final class ReplicasTest {
  private static final String SETS = "[sig-apps] ReplicaSet ";
  private static final String DEPLOYMENTS = "[sig-apps] Deployment ";
  private static final String APPS = "apps/v1";
  private static final String CONDITION =
      """
      {"type":"StatusUpdate","status":"True","reason":"E2E","message":"Set from e2e test"}
      """;

  @Conformance(SETS + "Replicaset should have a working scale subresource")
  void scaleOfSets(Api api) throws Exception {
    requireScale(api, "replicasets", "ReplicaSet");
  }

  @Conformance(DEPLOYMENTS + "Deployment should have a working scale subresource")
  void scaleOfDeployments(Api api) throws Exception {
    requireScale(api, "deployments", "Deployment");
  }

  static void requireScale(Api api, String resource, String kind) throws Exception {
    var collection = api.path(APPS, resource);
    api.create(collection, workload(api, kind, "scaled", 1));
    awaitReady(api, resource, "scaled", 1);
    var path = collection + "/scaled/scale";
    var scale = api.get(path);
    assertThat(text(scale, "kind")).isEqualTo("Scale");
    assertThat(text(scale, "spec.replicas")).isEqualTo("1");
    var wanted = Trees.with(scale, "spec.replicas", JsonNumber.of(2));
    var bare = wanted.with("metadata", wanted.object("metadata").without("resourceVersion"));
    assertThat(text(api.update(path, bare), "spec.replicas")).isEqualTo("2");
    assertThat(text(api.get(collection + "/scaled"), "spec.replicas")).isEqualTo("2");
    api.patch(path, Api.STRATEGIC_PATCH, "{\"spec\":{\"replicas\":4}}");
    assertThat(text(api.get(collection + "/scaled"), "spec.replicas")).isEqualTo("4");
    awaitReady(api, resource, "scaled", 4);
  }

  @Conformance(SETS + "should validate Replicaset Status endpoints")
  void statusOfSets(Api api) throws Exception {
    requireStatus(api, "replicasets", "ReplicaSet");
  }

  @Conformance(DEPLOYMENTS + "should validate Deployment Status endpoints")
  void statusOfDeployments(Api api) throws Exception {
    requireStatus(api, "deployments", "Deployment");
  }

  static void requireStatus(Api api, String resource, String kind) throws Exception {
    var collection = api.path(APPS, resource);
    api.create(collection, workload(api, kind, "observed", 1));
    awaitReady(api, resource, "observed", 1);
    var everywhere = "/apis/apps/v1/" + resource + "?labelSelector=e2e%3D" + api.suffix();
    assertThat(names(api.get(everywhere))).containsExactly("observed");
    var status = collection + "/observed/status";
    assertThat(text(api.get(status), "status.replicas")).isEqualTo("1");
    var since = text(api.get(collection), "metadata.resourceVersion");

    var conditions = at(tree("{a: [" + CONDITION + "]}"), "a");
    api.change(status, found -> Trees.with(found, "status.conditions", conditions));
    try (var watch = api.watch(collection, "resourceVersion=" + since)) {
      watch.next("MODIFIED", it -> Api.hasCondition(it, "StatusUpdate", "True"));
      api.patch(
          status,
          Api.MERGE_PATCH,
          "{\"status\":{\"conditions\":[{\"type\":\"StatusPatched\",\"status\":\"True\"}]}}");
      watch.next("MODIFIED", it -> Api.hasCondition(it, "StatusPatched", "True"));
    }
  }

  @Conformance(SETS + "should list and delete a collection of ReplicaSets")
  void collectionsOfSets(Api api) throws Exception {
    api.create(api.path(APPS, "replicasets"), workload(api, "ReplicaSet", "many", 3));
    awaitReady(api, "replicasets", "many", 3);
    var everywhere = "/apis/apps/v1/replicasets?labelSelector=e2e%3D" + api.suffix();
    assertThat(names(api.get(everywhere))).containsExactly("many");
    api.delete(api.path(APPS, "replicasets") + "?labelSelector=e2e%3D" + api.suffix());
    assertThat(names(api.get(everywhere))).isEmpty();
  }

  @Conformance(SETS + "Replace and Patch tests")
  void replacedAndPatchedSets(Api api) throws Exception {
    var collection = api.path(APPS, "replicasets");
    api.create(collection, workload(api, "ReplicaSet", "test-rs", 1));
    awaitReady(api, "replicasets", "test-rs", 1);
    api.change(collection + "/test-rs", it -> Trees.with(it, "spec.replicas", JsonNumber.of(2)));
    awaitReady(api, "replicasets", "test-rs", 2);
    api.patch(
        collection + "/test-rs",
        Api.STRATEGIC_PATCH,
        """
        {"metadata":{"labels":{"test-rs":"patched"}},
         "spec":{"replicas":3,"template":{"spec":{"containers":[
           {"name":"httpd","image":"busybox:2","resources":{"requests":{"cpu":"10m"}}}]}}}}
        """);
    var patched = awaitReady(api, "replicasets", "test-rs", 3);
    assertThat(text(patched, "metadata.labels.test-rs")).isEqualTo("patched");
    assertThat(text(patched, "spec.template.spec.containers.0.image")).isEqualTo("busybox:2");
  }

  @Conformance(SETS + "should adopt matching pods on creation and release no longer matching pods")
  void adoptedAndReleasedPods(Api api) throws Exception {
    api.create(
        api.core("pods"),
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: orphan, labels: {app: %s}}
        spec: {containers: [{name: httpd, image: httpd}]}
        """
            .formatted("adopting"));
    var set = api.create(api.path(APPS, "replicasets"), workload(api, "ReplicaSet", "adopting", 1));
    var uid = text(set, "metadata.uid");
    api.await(api.core("pods"), "orphan", isOwnedBy(uid));

    api.patch(
        api.core("pods/orphan"),
        Api.STRATEGIC_PATCH,
        "{\"metadata\":{\"labels\":{\"app\":\"released\"}}}");
    api.await(api.core("pods"), "orphan", isOwnedBy(uid).negate());
  }

  private static Predicate<JsonObject> isOwnedBy(String uid) {
    return pod ->
        items(pod, "metadata.ownerReferences").stream()
            .anyMatch(owner -> owner.text("uid").equals(uid) && isController(owner));
  }

  private static boolean isController(JsonObject owner) {
    return text(owner, "controller").equals("true");
  }

  private static JsonObject awaitReady(Api api, String resource, String name, int replicas)
      throws Exception {
    var wanted = Integer.toString(replicas);
    return api.await(
        api.path(APPS, resource),
        name,
        it ->
            text(it, "status.readyReplicas").equals(wanted)
                && at(it, "status.observedGeneration").equals(at(it, "metadata.generation")));
  }

  private static String workload(Api api, String kind, String name, int replicas) {
    return """
    apiVersion: apps/v1
    kind: %1$s
    metadata: {name: %2$s, labels: {e2e: %4$s}}
    spec:
      replicas: %3$d
      selector: {matchLabels: {app: %2$s}}
      template:
        metadata: {labels: {app: %2$s}}
        spec: {containers: [{name: httpd, image: 'busybox:1'}]}
    """
        .formatted(kind, name, replicas, api.suffix());
  }
}

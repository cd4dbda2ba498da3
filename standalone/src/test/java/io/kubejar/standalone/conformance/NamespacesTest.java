package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import java.util.ArrayList;
import java.util.List;

/// Namespaces: their own fields, and how they end with all that is in them.
final class NamespacesTest {
  private static final String AREA = "[sig-api-machinery] Namespaces [Serial] ";
  private static final String NAMESPACES = "/api/v1/namespaces";
  private static final String FINALIZER = "e2e.example.com/fakeFinalizer";

  @Conformance(AREA + "should ensure that all pods are removed when a namespace is deleted")
  void takeTheirPodsWithThem(Api api) throws Exception {
    requireRemoval(
        api,
        "pods",
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: test-object}
        spec: {terminationGracePeriodSeconds: 1, containers: [{name: nginx, image: pause}]}
        """);
  }

  @Conformance(AREA + "should ensure that all services are removed when a namespace is deleted")
  void takeTheirServicesWithThem(Api api) throws Exception {
    requireRemoval(
        api,
        "services",
        """
        apiVersion: v1
        kind: Service
        metadata: {name: test-object}
        spec: {selector: {foo: bar, baz: blah}, ports: [{port: 80, targetPort: 80}]}
        """);
  }

  /// The namespace goes, and one of the same name starts empty.
  private static void requireRemoval(Api api, String resource, String body) throws Exception {
    var other = new Api(api.client(), "nsdelete-" + api.namespace());
    make(other);
    other.create(other.core(resource), body);
    if (resource.equals("pods")) {
      other.await(other.core("pods"), "test-object", NamespacesTest::isRunning);
    }
    api.delete(NAMESPACES + "/" + other.namespace());
    api.awaitGone(NAMESPACES, other.namespace());

    make(other);
    assertThat(other.tryGet(other.core(resource) + "/test-object").code()).isEqualTo(404);
    api.delete(NAMESPACES + "/" + other.namespace());
  }

  private static void make(Api api) throws Exception {
    api.create(
        NAMESPACES,
        "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(api.namespace()));
    api.await(api.core("serviceaccounts"), "default", _ -> true);
  }

  private static boolean isRunning(JsonObject pod) {
    return text(pod, "status.phase").equals("Running");
  }

  @Conformance(AREA + "should patch a Namespace")
  void arePatched(Api api) throws Exception {
    var one = NAMESPACES + "/" + api.namespace();
    var before = api.get(one);
    var patched =
        api.patch(
            one, Api.STRATEGIC_PATCH, "{\"metadata\":{\"labels\":{\"testLabel\":\"testValue\"}}}");
    assertThat(version(patched)).isGreaterThan(version(before));
    assertThat(text(api.get(one), "metadata.labels.testLabel")).isEqualTo("testValue");
  }

  private static long version(JsonObject object) {
    return Long.parseLong(text(object, "metadata.resourceVersion"));
  }

  @Conformance(AREA + "should apply an update to a Namespace")
  void areUpdated(Api api) throws Exception {
    var updated =
        api.change(
            NAMESPACES + "/" + api.namespace(),
            it -> Trees.with(it, "metadata.labels." + api.namespace(), "updated"));
    assertThat(text(updated, "metadata.labels." + api.namespace())).isEqualTo("updated");
  }

  @Conformance(AREA + "should apply changes to a namespace status")
  void haveAStatus(Api api) throws Exception {
    var path = NAMESPACES + "/" + api.namespace() + "/status";
    assertThat(text(api.get(path), "status.phase")).isEqualTo("Active");
    var patched =
        api.patch(
            path,
            Api.MERGE_PATCH,
            """
            {"metadata":{"annotations":{"e2e-patched-ns-status":"%s"}},"status":{"conditions":[%s]}}
            """
                .formatted(api.namespace(), condition("StatusPatch", "Patched by an e2e test")));
    assertThat(text(patched, "metadata.annotations.e2e-patched-ns-status"))
        .isEqualTo(api.namespace());
    assertThat(items(patched, "status.conditions").getLast().text("reason")).isEqualTo("E2E");
    assertThat(items(patched, "status.conditions").getLast().text("message"))
        .isEqualTo("Patched by an e2e test");

    var updated =
        api.change(
            path,
            it -> {
              var conditions = new ArrayList<>(((JsonArray) at(it, "status.conditions")).values());
              conditions.add(tree(condition("StatusUpdate", "Updated by an e2e test")));
              return Trees.with(it, "status.conditions", new JsonArray(conditions));
            });
    assertThat(items(updated, "status.conditions")).hasSize(2);
    assertThat(items(updated, "status.conditions").getLast().text("type"))
        .isEqualTo("StatusUpdate");
    assertThat(items(updated, "status.conditions").getLast().text("message"))
        .isEqualTo("Updated by an e2e test");
  }

  private static String condition(String type, String message) {
    return "{\"type\":\"%s\",\"status\":\"True\",\"reason\":\"E2E\",\"message\":\"%s\"}"
        .formatted(type, message);
  }

  @Conformance(AREA + "should apply a finalizer to a Namespace")
  void haveFinalizers(Api api) throws Exception {
    var other = new Api(api.client(), "e2e-ns-" + api.namespace());
    make(other);
    var one = NAMESPACES + "/" + other.namespace();
    assertThat(finalizers(finalize(api, one, List.of("kubernetes", FINALIZER))))
        .containsExactly("kubernetes", FINALIZER);
    assertThat(finalizers(finalize(api, one, List.of("kubernetes")))).containsExactly("kubernetes");
    api.delete(one);
    api.awaitGone(NAMESPACES, other.namespace());
  }

  /// Sends these finalizers with the newest state of the rest.
  private static JsonObject finalize(Api api, String one, List<String> finalizers)
      throws Exception {
    var wanted = new JsonArray(List.copyOf(finalizers.stream().map(JsonString::new).toList()));
    var body = Trees.with(api.get(one), "spec.finalizers", wanted);
    return api.update(one + "/finalize", body);
  }

  private static List<String> finalizers(JsonObject namespace) {
    return ((JsonArray) at(namespace, "spec.finalizers"))
        .values().stream().map(it -> ((JsonString) it).value()).toList();
  }

  @Conformance(
      "[sig-api-machinery] OrderedNamespaceDeletion namespace deletion should delete pod first")
  void deleteTheirPodsFirst(Api api) throws Exception {
    var other = new Api(api.client(), "nsordered-" + api.namespace());
    make(other);
    other.create(
        other.core("pods"),
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: test-pod, finalizers: [e2e.example.com/finalizer]}
        spec: {terminationGracePeriodSeconds: 1, containers: [{name: nginx, image: pause}]}
        """);
    other.await(other.core("pods"), "test-pod", NamespacesTest::isRunning);
    other.create(
        other.core("configmaps"),
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: test-configmap}, data: {key: value}}");
    api.delete(NAMESPACES + "/" + other.namespace());
    api.await(
        NAMESPACES,
        other.namespace(),
        it ->
            text(it, "status.phase").equals("Terminating")
                && items(it, "status.conditions").stream()
                    .anyMatch(has -> has.text("type").equals("NamespaceDeletionContentFailure")));

    other.await(
        other.core("pods"), "test-pod", it -> !text(it, "metadata.deletionTimestamp").isEmpty());
    var kept = other.get(other.core("configmaps/test-configmap"));
    assertThat(text(kept, "metadata.deletionTimestamp")).isEmpty();
    other.change(
        other.core("pods/test-pod"),
        it -> it.with("metadata", it.object("metadata").without("finalizers")));
    other.awaitGone(other.core("pods"), "test-pod");
    api.awaitGone(NAMESPACES, other.namespace());
  }
}

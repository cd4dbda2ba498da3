package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Placement.pod;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;

/// Pods that come, change and go on simulated nodes, and the classes that they ask for.
final class PodLifecyclesTest {
  private static final String PODS = "[sig-node] Pods ";
  private static final String CLASSES = "/apis/node.k8s.io/v1/runtimeclasses";

  @Conformance("[sig-architecture] Conformance Tests should have at least two untainted nodes")
  void nodes(Api api) throws Exception {
    var usable =
        items(api.get("/api/v1/nodes"), "items").stream()
            .filter(it -> Api.hasCondition(it, "Ready", "True"))
            .filter(it -> !text(it, "spec.unschedulable").equals("true"))
            .filter(it -> items(it, "spec.taints").isEmpty());
    assertThat(usable).hasSizeGreaterThanOrEqualTo(2);
  }

  @Conformance(PODS + "should be submitted and removed [NodeConformance]")
  void submittedAndRemoved(Api api) throws Exception {
    var selected = "labelSelector=time%3D" + api.suffix();
    var list = api.get(api.core("pods") + "?" + selected);
    assertThat(names(list)).isEmpty();
    var since = "&resourceVersion=" + text(list, "metadata.resourceVersion");
    try (var watch = api.watch(api.core("pods"), selected + since)) {
      api.create(api.core("pods"), labelled(api, "pod-submit-remove").toString());
      assertThat(names(api.get(api.core("pods") + "?" + selected)))
          .containsExactly("pod-submit-remove");
      assertThat(watch.next().type()).isEqualTo("ADDED");
      watch.next("MODIFIED", it -> text(it, "status.phase").equals("Running"));

      api.delete(
          api.core("pods/pod-submit-remove"),
          "{apiVersion: v1, kind: DeleteOptions, gracePeriodSeconds: 30}");

      var last = watch.next("DELETED").object();
      assertThat(text(last, "metadata.deletionTimestamp")).isNotEmpty();
      assertThat(text(last, "spec.terminationGracePeriodSeconds")).isEqualTo("30");
    }
    assertThat(names(api.get(api.core("pods") + "?" + selected))).isEmpty();
  }

  @Conformance(PODS + "should be updated [NodeConformance]")
  void updated(Api api) throws Exception {
    var placement = new Placement(api);
    placement.run(labelled(api, "pod-update"));
    var path = api.core("pods");
    assertThat(names(api.get(path + "?labelSelector=time%3D" + api.suffix()))).hasSize(1);
    api.change(path + "/pod-update", it -> Trees.with(it, "metadata.labels.time", "later"));
    placement.awaitRunning("pod-update");
    assertThat(names(api.get(path + "?labelSelector=time%3Dlater"))).containsExactly("pod-update");
  }

  private static JsonObject labelled(Api api, String name) {
    return Trees.with(pod(name, "{}"), "metadata.labels.time", api.suffix());
  }

  /// A simulated node ends pods at once; a finalizer keeps this one to be looked at.
  @Conformance(
      "[sig-node] Pods Extended (pod generation) Pod Generation custom-set generation on new pods"
          + " and graceful delete")
  void generation(Api api) throws Exception {
    var path = api.core("pods/pod-generation");
    var given = Trees.with(pod("pod-generation", "{}"), "metadata.generation", JsonNumber.of(100));
    var held =
        Trees.with(
            given, "metadata.finalizers", JsonArray.of(new JsonString("example.com/look-at-it")));
    var running = new Placement(api).run(held);
    assertThat(text(running, "metadata.generation")).isEqualTo("1");

    var answer = api.send("DELETE", path + "?gracePeriodSeconds=60", "application/json", "");

    assertThat(text(answer.expect(200), "metadata.deletionGracePeriodSeconds")).isEqualTo("60");
    assertThat(text(api.get(path), "metadata.generation")).isEqualTo("2");
    api.patch(path, Api.MERGE_PATCH, "{\"metadata\":{\"finalizers\":null}}");
  }

  @Conformance(
      "[sig-node] RuntimeClass should schedule a Pod requesting a RuntimeClass without PodOverhead"
          + " [NodeConformance]")
  void runtimeClass(Api api) throws Exception {
    var placed = ofClass(api, "{}");
    assertThat(placed.object("spec").has("overhead")).isFalse();
  }

  @Conformance(
      "[sig-node] RuntimeClass should schedule a Pod requesting a RuntimeClass and initialize its"
          + " Overhead [NodeConformance]")
  void overhead(Api api) throws Exception {
    var placed = ofClass(api, "{overhead: {podFixed: {cpu: 10m, memory: 1Mi}}}");
    assertThat(text(placed, "spec.overhead.cpu")).isEqualTo("10m");
    assertThat(text(placed, "spec.overhead.memory")).isEqualTo("1Mi");
  }

  /// A pod of a new class, when it has a place.
  private static JsonObject ofClass(Api api, String fields) throws Exception {
    var name = api.suffix() + "-preconfigured-handler";
    var made =
        Trees.tree(
            """
            apiVersion: node.k8s.io/v1
            kind: RuntimeClass
            metadata: {name: %s}
            handler: test-handler
            """
                .formatted(name));
    for (var field : Trees.tree(fields).fields().entrySet()) {
      made = made.with(field.getKey(), field.getValue());
    }
    api.create(CLASSES, made.toString());
    try (var _ = new Undone(() -> api.delete(CLASSES + "/" + name))) {
      api.create(
          api.core("pods"), pod("of-class", "{runtimeClassName: %s}".formatted(name)).toString());
      return api.await(
          api.core("pods"), "of-class", it -> Api.hasCondition(it, "PodScheduled", "True"));
    }
  }

  @Conformance("[sig-node] ConfigMap should update ConfigMap successfully [NodeConformance]")
  void updatedConfigMap(Api api) throws Exception {
    var path = api.core("configmaps");
    var made =
        api.create(
            path,
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: configmap-test}, data: {a: b}}");
    var bare = made.with("metadata", made.object("metadata").without("resourceVersion"));
    var data = JsonObject.of("data", new JsonString("value"));
    api.update(path + "/configmap-test", bare.with("data", data));
    assertThat(api.get(path + "/configmap-test").object("data")).isEqualTo(data);
  }

  @Conformance("[sig-node] ConfigMap should run through a ConfigMap lifecycle")
  void configMaps(Api api) throws Exception {
    var path = api.core("configmaps");
    api.create(
        path,
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: test-configmap, labels: {test-configmap-static: 'true'}}
        data: {valueName: value}
        """);
    var found = api.get(path + "/test-configmap");
    assertThat(text(found, "data.valueName")).isEqualTo("value");
    assertThat(text(found, "metadata.labels.test-configmap-static")).isEqualTo("true");
    var patched =
        api.patch(
            path + "/test-configmap",
            Api.STRATEGIC_PATCH,
            """
            {"metadata":{"labels":{"test-configmap":"%s"}},"data":{"valueName":"value1"}}
            """
                .formatted(api.suffix()));
    assertThat(version(patched)).isGreaterThan(version(found));
    var everywhere = api.get("/api/v1/configmaps?labelSelector=test-configmap%3D" + api.suffix());
    assertThat(names(everywhere)).containsExactly("test-configmap");
    assertThat(text(everywhere, "items.0.data.valueName")).isEqualTo("value1");
    assertThat(text(everywhere, "items.0.metadata.labels.test-configmap-static")).isEqualTo("true");
    var selected = path + "?labelSelector=test-configmap-static%3Dtrue";
    api.delete(selected);
    assertThat(names(api.get(selected))).isEmpty();
  }

  private static long version(JsonObject object) {
    return Long.parseLong(text(object, "metadata.resourceVersion"));
  }
}

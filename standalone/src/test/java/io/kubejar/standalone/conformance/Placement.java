package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import java.util.List;

/// Pods that do nothing but stand somewhere, for tests of the scheduler.
record Placement(Api api) {
  /// The nodes of the cluster; other tests have nodes for a moment only.
  static final List<String> NODES = List.of("node-a", "node-b");

  private static final String NODES_PATH = "/api/v1/nodes/";

  /// A pod of this name in YAML, with further fields of its spec.
  static JsonObject pod(String name, String spec) {
    var pod =
        tree(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: %1$s, labels: {name: %1$s}}
            """
                .formatted(name));
    var more = tree(spec);
    if (!more.has("containers")) {
      more = more.with("containers", container("{}"));
    }
    return pod.with("spec", more);
  }

  private static JsonArray container(String resources) {
    return JsonArray.of(tree("{name: pause, image: pause, resources: " + resources + "}"));
  }

  /// A pod that needs this much of a resource, and that may only run on one node.
  static JsonObject needing(String name, String resource, String amount, String spec) {
    var resources = "{requests: {%1$s: %2$s}, limits: {%1$s: %2$s}}".formatted(resource, amount);
    var pod = pod(name, spec);
    return pod.with("spec", pod.object("spec").with("containers", container(resources)));
  }

  /// The part of a pod's spec that ties it to a node.
  static String on(String node) {
    return """
    affinity:
      nodeAffinity:
        requiredDuringSchedulingIgnoredDuringExecution:
          nodeSelectorTerms:
          - matchFields: [{key: metadata.name, operator: In, values: [%s]}]
    """
        .formatted(node);
  }

  /// Makes the pod and waits until it runs.
  JsonObject run(JsonObject pod) throws Exception {
    api.create(api.core("pods"), pod.toString());
    return awaitRunning(text(pod, "metadata.name"));
  }

  JsonObject awaitRunning(String name) throws Exception {
    return api.await(api.core("pods"), name, it -> text(it, "status.phase").equals("Running"));
  }

  /// Makes the pod and waits until the scheduler has found no place for it, and said so.
  void requireNoPlace(JsonObject pod) throws Exception {
    var name = text(pod, "metadata.name");
    var about = Api.encoded("involvedObject.name=" + name + ",reason=FailedScheduling");
    api.create(api.core("pods"), pod.toString());
    api.await(api.core("pods"), name, it -> Api.hasCondition(it, "PodScheduled", "False"));
    try (var watch = api.watch(api.core("events"), "fieldSelector=" + about)) {
      watch.next("ADDED");
    }
  }

  /// Fails unless as many pods of the test have a place, and as many have none.
  void requirePlaced(int placed, int notPlaced) throws Exception {
    var pods = Trees.items(api.get(api.core("pods")), "items");
    assertThat(
            pods.stream()
                .filter(
                    it ->
                        NODES.contains(text(it, "spec.nodeName"))
                            && Api.hasCondition(it, "PodScheduled", "True")))
        .hasSize(placed);
    assertThat(
            pods.stream()
                .filter(
                    it ->
                        text(it, "spec.nodeName").isEmpty()
                            && Api.hasCondition(it, "PodScheduled", "False")))
        .hasSize(notPlaced);
  }

  /// Labels a node for as long as the answer is open.
  Undone labelled(String node, String label, String value) throws Exception {
    var labels = "{\"metadata\":{\"labels\":{\"%s\":%s}}}";
    api.patch(NODES_PATH + node, Api.MERGE_PATCH, labels.formatted(label, "\"" + value + "\""));
    return new Undone(
        () -> api.patch(NODES_PATH + node, Api.MERGE_PATCH, labels.formatted(label, "null")));
  }

  /// Gives a node so much of a made-up resource for as long as the answer is open.
  Undone offering(String node, String resource, int amount) throws Exception {
    var status = NODES_PATH + node + "/status";
    var body = "{\"status\":{\"capacity\":{\"%1$s\":%2$s},\"allocatable\":{\"%1$s\":%2$s}}}";
    api.patch(status, Api.MERGE_PATCH, body.formatted(resource, "\"" + amount + "\""));
    return new Undone(() -> api.patch(status, Api.MERGE_PATCH, body.formatted(resource, "null")));
  }

  /// Taints a node so that pods leave it, for as long as the answer is open. It has no other taint.
  Undone tainted(String node, String key) throws Exception {
    var taints = "{\"spec\":{\"taints\":%s}}";
    var taint =
        "[{\"key\":\"%s\",\"value\":\"evictTaintVal\",\"effect\":\"NoExecute\"}]".formatted(key);
    api.patch(NODES_PATH + node, Api.MERGE_PATCH, taints.formatted(taint));
    return new Undone(
        () -> api.patch(NODES_PATH + node, Api.MERGE_PATCH, taints.formatted("null")));
  }

  /// Removes the test's pods when closed, so that they take no place from other tests'.
  Undone pods() {
    return new Undone(
        () ->
            api.delete(
                api.core("pods"), "{apiVersion: v1, kind: DeleteOptions, gracePeriodSeconds: 0}"));
  }
}

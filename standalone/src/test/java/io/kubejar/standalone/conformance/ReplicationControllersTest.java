package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import java.util.function.Predicate;

/// ReplicationControllers, and the pods that they keep.
final class ReplicationControllersTest {
  private static final String AREA = "[sig-apps] ReplicationController ";

  @Conformance(AREA + "should test the lifecycle of a ReplicationController")
  void lifecycle(Api api) throws Exception {
    var collection = api.core("replicationcontrollers");
    var one = collection + "/rc-test";
    var since = text(api.get(collection), "metadata.resourceVersion");
    var selected = "labelSelector=test-rc-static%3D" + api.suffix();
    try (var watch = api.watch(collection, selected + "&resourceVersion=" + since)) {
      create(api, "rc-test", 1, "test-rc-static: " + api.suffix());
      assertThat(watch.next().type()).isEqualTo("ADDED");
      watch.next("MODIFIED", has(1));
      var patched =
          api.patch(
              one, Api.STRATEGIC_PATCH, "{\"metadata\":{\"labels\":{\"test-rc\":\"patched\"}}}");
      assertThat(text(patched, "metadata.labels.test-rc")).isEqualTo("patched");
      watch.next("MODIFIED", it -> text(it, "metadata.labels.test-rc").equals("patched"));

      var status =
          api.patch(
              one + "/status",
              Api.STRATEGIC_PATCH,
              "{\"status\":{\"readyReplicas\":0,\"availableReplicas\":0}}");
      assertThat(text(status, "status.readyReplicas")).isIn("", "0");
      watch.next("MODIFIED", it -> !text(it, "status.readyReplicas").equals("1"));
      watch.next("MODIFIED", it -> text(it, "status.replicas").equals("1"));
      assertThat(text(api.get(one + "/status"), "status.replicas")).isEqualTo("1");

      api.patch(one + "/scale", Api.STRATEGIC_PATCH, "{\"spec\":{\"replicas\":2}}");
      watch.next("MODIFIED", has(2));
      assertThat(text(api.get(one), "metadata.labels.test-rc")).isEqualTo("patched");
      api.change(
          one + "/status", it -> Trees.with(it, "status.availableReplicas", JsonNumber.of(1)));
      watch.next("MODIFIED", it -> text(it, "status.availableReplicas").equals("1"));

      var everywhere = items(api.get("/api/v1/replicationcontrollers?" + selected), "items");
      assertThat(everywhere).hasSize(1);
      assertThat(text(everywhere.getFirst(), "metadata.namespace")).isEqualTo(api.namespace());
      assertThat(text(everywhere.getFirst(), "metadata.labels.test-rc")).isEqualTo("patched");
      api.delete(collection + "?" + selected);
      assertThat(watch.next("DELETED").name()).isEqualTo("rc-test");
    }
  }

  private static Predicate<JsonObject> has(int replicas) {
    var wanted = Integer.toString(replicas);
    return it ->
        text(it, "status.replicas").equals(wanted)
            && text(it, "status.readyReplicas").equals(wanted);
  }

  @Conformance(AREA + "should get and update a ReplicationController scale")
  void scale(Api api) throws Exception {
    create(api, "e2e-rc", 1, "");
    var collection = api.core("replicationcontrollers");
    api.await(collection, "e2e-rc", it -> text(it, "status.replicas").equals("1"));
    var path = collection + "/e2e-rc/scale";
    var scale = api.get(path);
    assertThat(text(scale, "status.replicas")).isEqualTo("1");
    var wanted = Trees.with(scale, "spec.replicas", JsonNumber.of(2));
    api.update(path, wanted.with("metadata", wanted.object("metadata").without("resourceVersion")));
    api.await(collection, "e2e-rc", it -> text(it, "status.replicas").equals("2"));
  }

  @Conformance(AREA + "should surface a failure condition on a common issue like exceeded quota")
  void refusedPods(Api api) throws Exception {
    api.create(
        api.core("resourcequotas"),
        """
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: condition-test}
        spec: {hard: {pods: '2'}}
        """);
    api.await(
        api.core("resourcequotas"),
        "condition-test",
        it -> text(it, "status.hard.pods").equals("2"));
    create(api, "condition-test", 3, "");
    var collection = api.core("replicationcontrollers");
    var failed =
        api.await(
            collection, "condition-test", it -> Api.hasCondition(it, "ReplicaFailure", "True"));
    assertThat(items(failed, "status.conditions"))
        .anyMatch(it -> it.text("reason").equals("FailedCreate"));

    var smaller =
        api.change(
            collection + "/condition-test",
            it -> Trees.with(it, "spec.replicas", JsonNumber.of(2)));
    var generation = text(smaller, "metadata.generation");
    api.await(
        collection,
        "condition-test",
        it ->
            text(it, "status.observedGeneration").equals(generation)
                && !Api.hasCondition(it, "ReplicaFailure", "True"));
  }

  @Conformance(AREA + "should adopt matching pods on creation")
  void adoptedPods(Api api) throws Exception {
    api.create(
        api.core("pods"),
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: pod-adoption, labels: {name: pod-adoption}}
        spec: {containers: [{name: httpd, image: httpd}]}
        """);
    api.await(api.core("pods"), "pod-adoption", it -> text(it, "status.phase").equals("Running"));
    var uid = text(create(api, "pod-adoption", 1, ""), "metadata.uid");
    api.await(api.core("pods"), "pod-adoption", it -> isControlledBy(it, uid));
  }

  @Conformance(AREA + "should release no longer matching pods")
  void releasedPods(Api api) throws Exception {
    var made = create(api, "pod-release", 1, "");
    var uid = text(made, "metadata.uid");
    api.await(
        api.core("replicationcontrollers"),
        "pod-release",
        it -> text(it, "status.replicas").equals("1"));
    var pod = names(api.get(api.core("pods"))).getFirst();
    assertThat(isControlledBy(api.get(api.core("pods/" + pod)), uid)).isTrue();

    api.change(
        api.core("pods/" + pod),
        it ->
            Trees.with(
                it, "metadata.labels", JsonObject.of("name", new JsonString("not-matching-name"))));
    api.await(api.core("pods"), pod, it -> !isControlledBy(it, uid));
  }

  private static boolean isControlledBy(JsonObject pod, String uid) {
    return items(pod, "metadata.ownerReferences").stream()
        .anyMatch(it -> it.text("uid").equals(uid) && text(it, "controller").equals("true"));
  }

  /// Makes one whose pods end at once; its selector comes from its template.
  static JsonObject create(Api api, String name, int replicas, String labels) throws Exception {
    return api.create(
        api.core("replicationcontrollers"),
        """
        apiVersion: v1
        kind: ReplicationController
        metadata: {name: %1$s, labels: {%3$s}}
        spec:
          replicas: %2$d
          template:
            metadata: {labels: {name: %1$s}}
            spec:
              terminationGracePeriodSeconds: 0
              containers: [{name: httpd, image: httpd}]
        """
            .formatted(name, replicas, labels));
  }
}

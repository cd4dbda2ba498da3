package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.simulation.SimulatedKubelet;
import java.util.ArrayList;
import java.util.List;

/// StatefulSets and their pods. Where upstream breaks the probe of a container, these tests mark
/// its pod as not ready.
final class StatefulSetsTest {
  private static final String AREA =
      "[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] ";
  private static final String SETS = "statefulsets";
  private static final String OLD = "busybox:1";
  private static final String NEW = "busybox:2";

  @Conformance(AREA + "should have a working scale subresource")
  void scale(Api api) throws Exception {
    ReplicasTest.requireScale(api, SETS, "StatefulSet");
  }

  @Conformance(AREA + "should validate Statefulset Status endpoints")
  void status(Api api) throws Exception {
    ReplicasTest.requireStatus(api, SETS, "StatefulSet");
  }

  @Conformance(AREA + "should list, patch and delete a collection of StatefulSets")
  void collections(Api api) throws Exception {
    create(api, "test-ss", 1, "");
    awaitReady(api, "test-ss", 1);
    api.patch(
        set(api, "test-ss"),
        Api.STRATEGIC_PATCH,
        """
        {"metadata":{"labels":{"test-ss":"%s"}},
         "spec":{"replicas":2,"template":{"spec":{"containers":[
           {"name":"webserver","image":"%s"}]}}}}
        """
            .formatted(api.suffix(), NEW));
    awaitRolledOut(api, "test-ss", 2);
    var patched = api.get(set(api, "test-ss"));
    assertThat(text(patched, "spec.replicas")).isEqualTo("2");
    assertThat(text(patched, "spec.template.spec.containers.0.image")).isEqualTo(NEW);

    var everywhere = "/apis/apps/v1/statefulsets?labelSelector=test-ss%3D" + api.suffix();
    assertThat(names(api.get(everywhere))).containsExactly("test-ss");
    api.delete(sets(api) + "?labelSelector=test-ss%3D" + api.suffix());
    assertThat(names(api.get(everywhere))).isEmpty();
  }

  @Conformance(AREA + "should perform rolling updates and roll backs of template modifications")
  void rollingUpdates(Api api) throws Exception {
    create(api, "ss2", 3, "");
    var first = text(awaitRolledOut(api, "ss2", 3), "status.currentRevision");
    assertPods(api, "ss2", OLD, first, 0, 1, 2);

    var second = roll(api, first, OLD, NEW);
    assertThat(second).isNotEqualTo(first);
    assertPods(api, "ss2", NEW, second, 0, 1, 2);
    assertThat(roll(api, second, NEW, OLD)).isEqualTo(first);
    assertPods(api, "ss2", OLD, first, 0, 1, 2);
  }

  /// Changes the image while a pod is broken, mends the pod, and sees all pods replaced from the
  /// last to the first. Gives the new revision.
  private static String roll(Api api, String before, String oldImage, String newImage)
      throws Exception {
    breakDown(api, "ss2-1");
    awaitReady(api, "ss2", 2);
    setImage(api, newImage);
    var rolling = awaitSeen(api, "ss2");
    assertThat(text(rolling, "status.currentRevision")).isEqualTo(before);
    assertThat(text(rolling, "status.updateRevision")).isNotEqualTo(before);
    assertPods(api, "ss2", oldImage, before, 0, 1, 2);

    var since = text(api.get(pods(api)), "metadata.resourceVersion");
    try (var watch = api.watch(pods(api), "resourceVersion=" + since)) {
      heal(api, "ss2-1");
      assertThat(nextNames(watch, "ADDED", 3)).containsExactly("ss2-2", "ss2-1", "ss2-0");
    }
    var rolled = awaitRolledOut(api, "ss2", 3);
    assertThat(text(rolled, "status.currentRevision"))
        .isEqualTo(text(rolling, "status.updateRevision"));
    return text(rolled, "status.currentRevision");
  }

  @Conformance(
      AREA + "should perform canary updates and phased rolling updates of template modifications")
  void canaries(Api api) throws Exception {
    create(api, "ss2", 3, "updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 3}}");
    var before = awaitReady(api, "ss2", 3);
    var first = text(before, "status.currentRevision");
    assertThat(text(before, "status.updateRevision")).isEqualTo(first);

    setImage(api, NEW);
    var second = text(awaitSeen(api, "ss2"), "status.updateRevision");
    assertThat(second).isNotEqualTo(first);
    assertPods(api, "ss2", OLD, first, 0, 1, 2);

    setPartition(api, 2);
    awaitUpdated(api, 1);
    assertPods(api, "ss2", OLD, first, 0, 1);
    assertPods(api, "ss2", NEW, second, 2);

    deleteAndAwaitAnew(api, "ss2-0");
    deleteAndAwaitAnew(api, "ss2-2");
    awaitUpdated(api, 1);
    assertPods(api, "ss2", OLD, first, 0, 1);
    assertPods(api, "ss2", NEW, second, 2);

    setPartition(api, 1);
    awaitUpdated(api, 2);
    assertPods(api, "ss2", OLD, first, 0);
    assertPods(api, "ss2", NEW, second, 1, 2);

    setPartition(api, 0);
    var rolled = awaitRolledOut(api, "ss2", 3);
    assertThat(text(rolled, "status.currentRevision")).isEqualTo(second);
    assertPods(api, "ss2", NEW, second, 0, 1, 2);
  }

  @Conformance(
      AREA
          + "Scaling should happen in predictable order and halt if any stateful pod is unhealthy"
          + " [Slow]")
  void predictableOrder(Api api) throws Exception {
    var since = text(api.get(pods(api)), "metadata.resourceVersion");
    try (var watch = api.watch(pods(api), "resourceVersion=" + since)) {
      create(api, "ss", 1, "");
      awaitReady(api, "ss", 1);
      breakDown(api, "ss-0");
      awaitReady(api, "ss", 0);
      setReplicas(api, 3);
      awaitSeen(api, "ss");
      assertThat(names(api.get(pods(api)))).containsExactly("ss-0");

      heal(api, "ss-0");
      awaitReady(api, "ss", 3);
      assertThat(nextNames(watch, "ADDED", 3)).containsExactly("ss-0", "ss-1", "ss-2");
      for (var pod : List.of("ss-0", "ss-1", "ss-2")) {
        breakDown(api, pod);
      }
      awaitReady(api, "ss", 0);
      setReplicas(api, 0);
      awaitSeen(api, "ss");
      assertThat(names(api.get(pods(api)))).containsExactly("ss-0", "ss-1", "ss-2");

      heal(api, "ss-2");
      heal(api, "ss-1"); // The last unhealthy one is in nobody's way, and goes as it is.
      assertThat(nextNames(watch, "DELETED", 3)).containsExactly("ss-2", "ss-1", "ss-0");
    }
    api.await(sets(api), "ss", it -> text(it, "status.replicas").equals("0"));
  }

  @Conformance(AREA + "Burst scaling should run to completion even with unhealthy pods [Slow]")
  void bursts(Api api) throws Exception {
    create(api, "ss", 1, "podManagementPolicy: Parallel");
    awaitReady(api, "ss", 1);
    breakDown(api, "ss-0");
    awaitReady(api, "ss", 0);
    setReplicas(api, 3);
    awaitReady(api, "ss", 2);
    assertThat(items(api.get(pods(api)), "items"))
        .hasSize(3)
        .allMatch(pod -> text(pod, "status.phase").equals("Running"));

    heal(api, "ss-0");
    awaitReady(api, "ss", 3);
    for (var pod : List.of("ss-0", "ss-1", "ss-2")) {
      breakDown(api, pod);
    }
    awaitReady(api, "ss", 0);
    setReplicas(api, 0);
    api.await(sets(api), "ss", it -> text(it, "status.replicas").equals("0"));
    assertThat(names(api.get(pods(api)))).isEmpty();
  }

  @Conformance(AREA + "Should recreate evicted statefulset")
  void evicted(Api api) throws Exception {
    var ports = "ports: [{containerPort: 21017, hostPort: 21017}]";
    api.create(
        pods(api),
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: test-pod}
        spec:
          nodeName: node-a
          containers: [{name: webserver, image: '%s', %s}]
        """
            .formatted(OLD, ports));
    api.await(pods(api), "test-pod", it -> text(it, "status.phase").equals("Running"));

    var since = text(api.get(pods(api)), "metadata.resourceVersion");
    try (var watch = api.watch(pods(api), "resourceVersion=" + since)) {
      api.create(
          sets(api),
          """
          apiVersion: apps/v1
          kind: StatefulSet
          metadata: {name: ss}
          spec:
            replicas: 1
            selector: {matchLabels: {app: ss}}
            template:
              metadata: {labels: {app: ss}}
              spec:
                nodeName: node-a
                containers: [{name: webserver, image: '%s', %s}]
          """
              .formatted(OLD, ports));
      var first = text(watch.next("ADDED").object(), "metadata.uid");
      watch.next("MODIFIED", it -> text(it, "status.phase").equals("Failed"));
      assertThat(text(watch.next("DELETED").object(), "metadata.uid")).isEqualTo(first);
      var second = watch.next("ADDED");
      assertThat(second.name()).isEqualTo("ss-0");
      assertThat(text(second.object(), "metadata.uid")).isNotEqualTo(first);
    }
    api.delete(pods(api) + "/test-pod");
    api.await(pods(api), "ss-0", it -> text(it, "status.phase").equals("Running"));
  }

  private static void create(Api api, String name, int replicas, String more) throws Exception {
    api.create(
        api.core("services"),
        """
        apiVersion: v1
        kind: Service
        metadata: {name: test}
        spec: {clusterIP: None, selector: {app: %s}, ports: [{port: 80}]}
        """
            .formatted(name));
    api.create(
        sets(api),
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: %1$s}
        spec:
          replicas: %2$d
          serviceName: test
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec: {containers: [{name: webserver, image: '%3$s'}]}
          %4$s
        """
            .formatted(name, replicas, OLD, more));
  }

  /// Waits until the controller has seen the last change of the set.
  private static JsonObject awaitSeen(Api api, String name) throws Exception {
    var generation = text(api.get(set(api, name)), "metadata.generation");
    return api.await(
        sets(api), name, it -> text(it, "status.observedGeneration").equals(generation));
  }

  private static JsonObject awaitReady(Api api, String name, int ready) throws Exception {
    awaitSeen(api, name);
    return api.await(sets(api), name, it -> count(it, "status.readyReplicas") == ready);
  }

  /// Waits until so many pods are of the new revision, and all are ready.
  private static void awaitUpdated(Api api, int updated) throws Exception {
    awaitSeen(api, "ss2");
    api.await(
        sets(api),
        "ss2",
        it ->
            count(it, "status.updatedReplicas") == updated
                && count(it, "status.readyReplicas") == 3
                && count(it, "status.replicas") == 3);
  }

  private static JsonObject awaitRolledOut(Api api, String name, int replicas) throws Exception {
    awaitSeen(api, name);
    return api.await(
        sets(api),
        name,
        it ->
            count(it, "status.updatedReplicas") == replicas
                && count(it, "status.readyReplicas") == replicas
                && text(it, "status.currentRevision").equals(text(it, "status.updateRevision")));
  }

  private static int count(JsonObject set, String path) {
    var text = text(set, path);
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  private static void assertPods(
      Api api, String name, String image, String revision, int... ordinals) throws Exception {
    for (int ordinal : ordinals) {
      var pod = api.get(pods(api) + "/" + name + "-" + ordinal);
      assertThat(text(pod, "spec.containers.0.image")).isEqualTo(image);
      assertThat(text(pod, "metadata.labels.controller-revision-hash")).isEqualTo(revision);
    }
  }

  private static void deleteAndAwaitAnew(Api api, String name) throws Exception {
    var uid = text(api.get(pods(api) + "/" + name), "metadata.uid");
    api.delete(pods(api) + "/" + name);
    api.await(
        pods(api),
        name,
        it -> !text(it, "metadata.uid").equals(uid) && Api.hasCondition(it, "Ready", "True"));
  }

  /// The names of so many events of this type, in their order.
  private static List<String> nextNames(WatchStream watch, String type, int count)
      throws Exception {
    var found = new ArrayList<String>();
    while (found.size() < count) {
      found.add(watch.next(type).name());
    }
    return found;
  }

  private static void breakDown(Api api, String pod) throws Exception {
    mark(api, pod, "\"broken\"");
  }

  private static void heal(Api api, String pod) throws Exception {
    mark(api, pod, "null");
  }

  private static void mark(Api api, String pod, String value) throws Exception {
    api.patch(
        pods(api) + "/" + pod,
        Api.MERGE_PATCH,
        "{\"metadata\":{\"annotations\":{\"%s\":%s}}}".formatted(SimulatedKubelet.UNREADY, value));
  }

  private static void setImage(Api api, String image) throws Exception {
    api.patch(
        set(api, "ss2"),
        Api.STRATEGIC_PATCH,
        "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"webserver\",\"image\":\"%s\"}]}}}}"
            .formatted(image));
  }

  private static void setPartition(Api api, int partition) throws Exception {
    api.change(
        set(api, "ss2"),
        it ->
            Trees.with(
                it, "spec.updateStrategy.rollingUpdate.partition", JsonNumber.of(partition)));
  }

  private static void setReplicas(Api api, int replicas) throws Exception {
    api.change(set(api, "ss"), it -> Trees.with(it, "spec.replicas", JsonNumber.of(replicas)));
  }

  private static String sets(Api api) {
    return api.path("apps/v1", SETS);
  }

  private static String set(Api api, String name) {
    return sets(api) + "/" + name;
  }

  private static String pods(Api api) {
    return api.core("pods");
  }
}

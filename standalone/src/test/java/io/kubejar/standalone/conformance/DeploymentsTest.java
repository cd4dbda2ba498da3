package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;

/// How Deployments replace their pods.
final class DeploymentsTest {
  private static final String AREA = "[sig-apps] Deployment ";
  private static final String REVISION = "deployment.kubernetes.io/revision";
  private static final String IMAGE = "agnhost:2";
  private static final String NONEXISTENT = "webserver:nonexistent";

  @Conformance(AREA + "RollingUpdateDeployment should delete old pods and create new ones")
  void rollingUpdate(Api api) throws Exception {
    createSet(api, "test-rolling-update-controller", "3546343826724305832");
    createDeployment(api, "test-rolling-update-deployment", "{}");

    var complete = awaitComplete(api, "test-rolling-update-deployment");

    assertThat(revision(complete)).isEqualTo("3546343826724305833");
    assertThat(image(complete)).isEqualTo(IMAGE);
    var old = awaitScaled(api, "test-rolling-update-controller", 0);
    assertThat(text(old, "metadata.ownerReferences.0.uid"))
        .isEqualTo(text(complete, "metadata.uid"));
    assertThat(names(api.get(sets(api)))).hasSize(2);
  }

  @Conformance(AREA + "RecreateDeployment should delete old pods and create new ones")
  void recreation(Api api) throws Exception {
    createDeployment(api, "test-recreate-deployment", "{strategy: {type: Recreate}}");
    assertThat(revision(awaitComplete(api, "test-recreate-deployment"))).isEqualTo("1");
    var since = text(api.get(api.core("pods")), "metadata.resourceVersion");
    change(api, "test-recreate-deployment", "agnhost:3");
    awaitComplete(api, "test-recreate-deployment");

    // No new pod was there before the last old one had gone.
    var there = new HashMap<String, String>();
    for (var pod :
        items(
            api.get(api.core("pods") + "?resourceVersion=" + since + "&resourceVersionMatch=Exact"),
            "items")) {
      there.put(text(pod, "metadata.name"), text(pod, "spec.containers.0.image"));
    }
    assertThat(there.values()).containsOnly(IMAGE);
    try (var watch = api.watch(api.core("pods"), "resourceVersion=" + since)) {
      while (!there.containsValue("agnhost:3")) {
        var event = watch.next();
        if (event.type().equals("DELETED")) {
          there.remove(event.name());
        } else {
          there.put(event.name(), text(event.object(), "spec.containers.0.image"));
        }
        assertThat(there.values().stream().distinct().count()).isLessThanOrEqualTo(1);
      }
    }
  }

  @Conformance(AREA + "deployment should delete old replica sets")
  void cleanUp(Api api) throws Exception {
    createSet(api, "test-cleanup-controller", "");
    var since = text(api.get(api.core("pods")), "metadata.resourceVersion");
    createDeployment(api, "test-cleanup-deployment", "{revisionHistoryLimit: 0}");

    api.awaitGone(sets(api), "test-cleanup-controller");

    assertThat(names(api.get(sets(api)))).hasSize(1);
    api.create(api.core("pods"), Placement.pod("the-end", "{nodeSelector: {a: b}}").toString());
    try (var watch = api.watch(api.core("pods"), "resourceVersion=" + since)) {
      var made = watch.next("ADDED");
      assertThat(made.name()).startsWith("test-cleanup-deployment-");
      assertThat(text(made.object(), "spec.containers.0.image")).isEqualTo(IMAGE);
      assertThat(watch.next("ADDED").name()).as("no second pod").isEqualTo("the-end");
    }
  }

  @Conformance(AREA + "deployment should support rollover")
  void rollover(Api api) throws Exception {
    var name = "test-rollover-deployment";
    createSet(api, "test-rollover-controller", "");
    createDeployment(
        api,
        name,
        """
        minReadySeconds: 1
        strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
        template: {spec: {containers: [{name: agnhost, image: '%s'}]}}
        """
            .formatted(NONEXISTENT));
    var first = await(api, name, it -> count(it, "updatedReplicas") == 1);
    assertThat(revision(first)).isEqualTo("1");
    assertThat(image(first)).isEqualTo(NONEXISTENT);
    var stuck = setOf(api, NONEXISTENT);
    assertThat(count(api.get(sets(api) + "/test-rollover-controller"), "replicas")).isEqualTo(1);

    var since = text(api.get(deployments(api)), "metadata.resourceVersion");
    change(api, name, IMAGE);
    try (var watch = api.watch(deployments(api), "resourceVersion=" + since)) {
      var now = watch.next("MODIFIED").object();
      while (!isComplete(now)) {
        assertThat(count(now, "availableReplicas")).as(now.toString()).isPositive();
        assertThat(count(now, "replicas")).as(now.toString()).isLessThanOrEqualTo(2);
        now = watch.next("MODIFIED").object();
      }
      assertThat(revision(now)).isEqualTo("2");
    }
    awaitScaled(api, "test-rollover-controller", 0);
    awaitScaled(api, stuck, 0);
  }

  @Conformance(AREA + "deployment should support proportional scaling")
  void proportionalScaling(Api api) throws Exception {
    var name = "webserver-deployment";
    createDeployment(
        api, name, "{replicas: 10, strategy: {rollingUpdate: {maxSurge: 3, maxUnavailable: 2}}}");
    awaitComplete(api, name);
    var first = setOf(api, IMAGE);

    change(api, name, NONEXISTENT);
    var shrunk = awaitScaled(api, first, 8);
    assertThat(count(shrunk, "availableReplicas")).isEqualTo(8);
    await(api, name, it -> count(it, "updatedReplicas") == 5);
    var second = setOf(api, NONEXISTENT);
    assertThat(count(awaitScaled(api, second, 5), "availableReplicas")).isZero();
    assertThat(count(api.get(deployments(api) + "/" + name), "availableReplicas"))
        .isGreaterThanOrEqualTo(8);

    api.change(
        deployments(api) + "/" + name, it -> Trees.with(it, "spec.replicas", JsonNumber.of(30)));
    awaitScaled(api, first, 20);
    awaitScaled(api, second, 13);
    api.delete(deployments(api) + "/" + name);
  }

  @Conformance(AREA + "should run the lifecycle of a Deployment")
  void lifecycle(Api api) throws Exception {
    var path = deployments(api) + "/test-deployment";
    var selected = "labelSelector=test-deployment-static%3D" + api.suffix();
    try (var watch = api.watch(deployments(api), selected)) {
      var created =
          api.create(
              deployments(api),
              Trees.with(
                      deployment("test-deployment", "{replicas: 2}"),
                      "metadata.labels.test-deployment-static",
                      api.suffix())
                  .toString());
      watch.next("ADDED", it -> text(it, "metadata.name").equals("test-deployment"));
      watch.next("MODIFIED", it -> count(it, "readyReplicas") == 2);

      var patched =
          api.patch(
              path,
              Api.STRATEGIC_PATCH,
              """
              {"metadata":{"labels":{"test-deployment":"patched"}},
               "spec":{"replicas":1,"template":{"spec":{"terminationGracePeriodSeconds":2,
                 "containers":[{"name":"agnhost","image":"pause:1"}]}}}}
              """);
      assertThat(version(patched)).isGreaterThan(version(created));
      var scaled = watch.next("MODIFIED", it -> isComplete(it) && image(it).equals("pause:1"));
      assertThat(count(scaled, "readyReplicas")).isEqualTo(1);
      assertThat(count(scaled, "updatedReplicas")).isEqualTo(1);
      assertThat(text(scaled, "spec.template.spec.terminationGracePeriodSeconds")).isEqualTo("2");
      assertThat(names(api.get("/apis/apps/v1/deployments?" + selected)))
          .containsExactly("test-deployment");

      api.change(path, DeploymentsTest::updated);
      var status = api.get(path + "/status");
      assertThat(image(status)).isEqualTo("agnhost:4");
      assertThat(text(status, "metadata.labels.test-deployment")).isEqualTo("updated");
      watch.next(
          "MODIFIED",
          it ->
              isComplete(it)
                  && image(it).equals("agnhost:4")
                  && count(it, "readyReplicas") == 2
                  && count(it, "updatedReplicas") == 2);

      api.patch(
          path + "/status",
          Api.STRATEGIC_PATCH,
          "{\"status\":{\"readyReplicas\":0,\"availableReplicas\":0}}");
      watch.next(
          "MODIFIED", it -> count(it, "readyReplicas") == 0 && count(it, "availableReplicas") == 0);
      watch.next("MODIFIED", it -> count(it, "readyReplicas") == 2 && isComplete(it));

      api.delete(
          deployments(api) + "?" + selected,
          "{apiVersion: v1, kind: DeleteOptions, gracePeriodSeconds: 1}");
      watch.next("DELETED", it -> text(it, "metadata.name").equals("test-deployment"));
    }
  }

  private static JsonObject updated(JsonObject found) {
    var labelled = Trees.with(found, "metadata.labels.test-deployment", "updated");
    var scaled = Trees.with(labelled, "spec.replicas", JsonNumber.of(2));
    return Trees.with(scaled, "spec.template.spec.containers.0.image", "agnhost:4");
  }

  private static long version(JsonObject object) {
    return Long.parseLong(text(object, "metadata.resourceVersion"));
  }

  /// A ReplicaSet that a Deployment will adopt, with a pod that runs.
  private static void createSet(Api api, String name, String revision) throws Exception {
    var set =
        tree(
            """
            apiVersion: apps/v1
            kind: ReplicaSet
            metadata: {name: %s, labels: {name: sample-pod, pod: agnhost}}
            spec:
              replicas: 1
              selector: {matchLabels: {name: sample-pod, pod: agnhost}}
              template:
                metadata: {labels: {name: sample-pod, pod: agnhost}}
                spec: {containers: [{name: agnhost, image: '%s'}]}
            """
                .formatted(name, IMAGE));
    var annotations = JsonObject.of(REVISION, new JsonString(revision));
    api.create(
        sets(api),
        (revision.isEmpty() ? set : Trees.with(set, "metadata.annotations", annotations))
            .toString());
    api.await(sets(api), name, it -> count(it, "readyReplicas") == 1);
  }

  private static void createDeployment(Api api, String name, String spec) throws Exception {
    api.create(deployments(api), deployment(name, spec).toString());
  }

  private static JsonObject deployment(String name, String spec) {
    var deployment =
        tree(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: %s}
            spec:
              replicas: 1
              selector: {matchLabels: {name: sample-pod}}
              template:
                metadata: {labels: {name: sample-pod}}
                spec: {containers: [{name: agnhost, image: '%s'}]}
            """
                .formatted(name, IMAGE));
    var merged = deployment;
    for (var field : tree(spec).fields().entrySet()) {
      if (field.getKey().equals("template")) {
        merged = Trees.with(merged, "spec.template.spec", at(field.getValue(), "spec"));
      } else {
        merged = Trees.with(merged, "spec." + field.getKey(), field.getValue());
      }
    }
    return merged;
  }

  private static void change(Api api, String name, String image) throws Exception {
    api.change(
        deployments(api) + "/" + name,
        it -> Trees.with(it, "spec.template.spec.containers.0.image", image));
  }

  private static JsonObject await(Api api, String name, Predicate<JsonObject> wanted)
      throws Exception {
    return api.await(deployments(api), name, wanted);
  }

  private static JsonObject awaitComplete(Api api, String name) throws Exception {
    return await(api, name, DeploymentsTest::isComplete);
  }

  /// Whether the controller has seen the newest wish and all pods are as wished, and no others.
  private static boolean isComplete(JsonObject deployment) {
    long wanted = Long.parseLong(text(deployment, "spec.replicas"));
    return at(deployment, "status.observedGeneration").equals(at(deployment, "metadata.generation"))
        && List.of("replicas", "updatedReplicas", "availableReplicas").stream()
            .allMatch(field -> count(deployment, field) == wanted);
  }

  private static JsonObject awaitScaled(Api api, String set, int replicas) throws Exception {
    return api.await(
        sets(api),
        set,
        it ->
            text(it, "spec.replicas").equals(Integer.toString(replicas))
                && count(it, "replicas") == replicas);
  }

  /// The name of the ReplicaSet whose pods have this image.
  private static String setOf(Api api, String image) throws Exception {
    return items(api.get(sets(api)), "items").stream()
        .filter(it -> image(it).equals(image))
        .map(it -> text(it, "metadata.name"))
        .findFirst()
        .orElseThrow();
  }

  private static long count(JsonObject object, String field) {
    var text = text(object, "status." + field);
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }

  private static String image(JsonObject workload) {
    return text(workload, "spec.template.spec.containers.0.image");
  }

  private static String revision(JsonObject deployment) {
    return deployment.object("metadata").object("annotations").text(REVISION);
  }

  private static String deployments(Api api) {
    return api.path("apps/v1", "deployments");
  }

  private static String sets(Api api) {
    return api.path("apps/v1", "replicasets");
  }
}

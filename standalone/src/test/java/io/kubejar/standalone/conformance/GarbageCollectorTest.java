package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import java.util.List;

/// What becomes of dependents when their owner goes.
final class GarbageCollectorTest {
  private static final String AREA = "[sig-api-machinery] Garbage collector ";
  private static final String CONTROLLERS = "/api/v1/namespaces/%s/replicationcontrollers";
  private static final int MANY = 10;

  @Conformance(AREA + "should delete RS created by deployment when not orphaning")
  void deletesWhatADeploymentMade(Api api) throws Exception {
    var set = deploymentWithItsSet(api);
    var pods = awaitPods(api);
    api.delete(deployment(api), options("Background"));

    api.awaitGone(api.path("apps/v1", "deployments"), "simpletest.deployment");
    api.awaitGone(api.path("apps/v1", "replicasets"), set);
    for (var pod : pods) {
      api.awaitGone(api.core("pods"), pod);
    }
  }

  @Conformance(
      AREA
          + "should orphan RS created by deployment when deleteOptions.PropagationPolicy is Orphan")
  void leavesWhatADeploymentMadeIfAsked(Api api) throws Exception {
    var set = deploymentWithItsSet(api);
    var pods = awaitPods(api);
    api.delete(deployment(api), options("Orphan"));
    api.awaitGone(api.path("apps/v1", "deployments"), "simpletest.deployment");

    var orphan = api.get(api.path("apps/v1", "replicasets/" + set));
    assertThat(items(orphan, "metadata.ownerReferences")).isEmpty();
    assertThat(text(orphan, "metadata.deletionTimestamp")).isEmpty();
    awaitFollower(api, "Deployment", "apps/v1");
    assertThat(text(api.get(api.path("apps/v1", "replicasets/" + set)), "metadata.uid"))
        .isEqualTo(text(orphan, "metadata.uid"));
    assertThat(names(api.get(api.core("pods")))).containsExactlyInAnyOrderElementsOf(pods);
  }

  @Conformance(AREA + "should delete pods created by rc when not orphaning")
  void deletesThePodsOfAController(Api api) throws Exception {
    var made = controllerWithItsPods(api, "simpletest.rc", 2);
    delete(api, made, "Background");
    api.awaitGone(CONTROLLERS.formatted(api.namespace()), "simpletest.rc");
    awaitNoPods(api);
  }

  @Conformance(AREA + "should orphan pods created by rc if delete options say so [Serial]")
  void leavesThePodsOfAControllerIfAsked(Api api) throws Exception {
    var made = controllerWithItsPods(api, "simpletest.rc", MANY);
    delete(api, made, "Orphan");
    api.awaitGone(CONTROLLERS.formatted(api.namespace()), "simpletest.rc");
    awaitFollower(api, "ReplicationController", "v1");

    assertThat(items(api.get(api.core("pods")), "items"))
        .hasSize(MANY)
        .allMatch(pod -> items(pod, "metadata.ownerReferences").isEmpty())
        .allMatch(pod -> text(pod, "metadata.deletionTimestamp").isEmpty());
  }

  @Conformance(
      AREA
          + "should keep the rc around until all its pods are deleted if the deleteOptions says so"
          + " [Serial]")
  void keepsAControllerUntilItsPodsAreGone(Api api) throws Exception {
    var made = controllerWithItsPods(api, "simpletest.rc", MANY);
    delete(api, made, "Foreground");
    api.awaitGone(CONTROLLERS.formatted(api.namespace()), "simpletest.rc");
    assertThat(names(api.get(api.core("pods")))).isEmpty();
  }

  @Conformance(
      AREA
          + "should not delete dependents that have both valid owner and owner that's waiting for"
          + " dependents to be deleted [Serial]")
  void keepsPodsThatAnotherOwnerNeeds(Api api) throws Exception {
    var goes = controllerWithItsPods(api, "simpletest-rc-to-be-deleted", MANY);
    var stays = ReplicationControllersTest.create(api, "simpletest-rc-to-stay", 0, "");
    var shared = names(api.get(api.core("pods"))).subList(0, MANY / 2);
    for (var pod : shared) {
      api.patch(
          api.core("pods/" + pod),
          Api.STRATEGIC_PATCH,
          """
          {"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ReplicationController",
           "name":"simpletest-rc-to-stay","uid":"%s"}]}}
          """
              .formatted(text(stays, "metadata.uid")));
    }
    delete(api, goes, "Foreground");
    api.awaitGone(CONTROLLERS.formatted(api.namespace()), "simpletest-rc-to-be-deleted");

    var left = api.get(api.core("pods"));
    assertThat(names(left)).containsExactlyInAnyOrderElementsOf(shared);
    assertThat(items(left, "items"))
        .allMatch(pod -> text(pod, "metadata.deletionTimestamp").isEmpty())
        .allMatch(pod -> items(pod, "metadata.ownerReferences").size() == 1);
  }

  private static JsonObject controllerWithItsPods(Api api, String name, int pods) throws Exception {
    var made = ReplicationControllersTest.create(api, name, pods, "");
    var wanted = Integer.toString(pods);
    api.await(
        CONTROLLERS.formatted(api.namespace()),
        name,
        it -> text(it, "status.replicas").equals(wanted));
    return made;
  }

  private static void delete(Api api, JsonObject controller, String policy) throws Exception {
    api.delete(
        api.core("replicationcontrollers/" + text(controller, "metadata.name")),
        "{propagationPolicy: %s, preconditions: {uid: %s}}"
            .formatted(policy, text(controller, "metadata.uid")));
  }

  private static void awaitNoPods(Api api) throws Exception {
    for (var pod : names(api.get(api.core("pods")))) {
      api.awaitGone(api.core("pods"), pod);
    }
  }

  private static String deployment(Api api) {
    return api.path("apps/v1", "deployments/simpletest.deployment");
  }

  /// Upstream waits half a minute to see that nothing follows. Here an object whose owner never was
  /// goes after the owner; by then the collector has looked at what that one left, too.
  private static void awaitFollower(Api api, String kind, String version) throws Exception {
    api.create(
        api.core("configmaps"),
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: follower
          ownerReferences: [{apiVersion: %s, kind: %s, name: gone, uid: no-such-uid}]
        """
            .formatted(version, kind));
    api.awaitGone(api.core("configmaps"), "follower");
  }

  /// Makes a deployment of two pods; gives the name of the set that it makes.
  private static String deploymentWithItsSet(Api api) throws Exception {
    var sets = api.path("apps/v1", "replicasets");
    try (var watch = api.watch(sets, "resourceVersion=0")) {
      api.create(
          api.path("apps/v1", "deployments"),
          """
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: simpletest.deployment}
          spec:
            replicas: 2
            selector: {matchLabels: {app: gc-test}}
            template:
              metadata: {labels: {app: gc-test}}
              spec: {containers: [{name: nginx, image: nginx}]}
          """);
      return watch.next("ADDED").name();
    }
  }

  private static List<String> awaitPods(Api api) throws Exception {
    api.await(
        api.path("apps/v1", "deployments"),
        "simpletest.deployment",
        it -> text(it, "status.replicas").equals("2"));
    var pods = names(api.get(api.core("pods")));
    assertThat(pods).hasSize(2);
    return pods;
  }

  @Conformance(AREA + "should not be blocked by dependency circle")
  void isNotHeldUpByACircle(Api api) throws Exception {
    var one = pod(api, "pod1");
    var two = pod(api, "pod2");
    var three = pod(api, "pod3");
    own(api, "pod1", three);
    own(api, "pod2", one);
    own(api, "pod3", two);

    api.delete(
        api.core("pods/pod1"),
        "{propagationPolicy: Foreground, preconditions: {uid: %s}}"
            .formatted(text(one, "metadata.uid")));

    for (var name : List.of("pod1", "pod2", "pod3")) {
      api.awaitGone(api.core("pods"), name);
    }
  }

  private static JsonObject pod(Api api, String name) throws Exception {
    return api.create(
        api.core("pods"),
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec: {terminationGracePeriodSeconds: 0, containers: [{name: nginx, image: nginx}]}
        """
            .formatted(name));
  }

  private static void own(Api api, String name, JsonObject owner) throws Exception {
    var patched =
        api.patch(
            api.core("pods/" + name),
            Api.STRATEGIC_PATCH,
            """
            {"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"%s","uid":"%s",
             "controller":true,"blockOwnerDeletion":true}]}}
            """
                .formatted(text(owner, "metadata.name"), text(owner, "metadata.uid")));
    assertThat(items(patched, "metadata.ownerReferences")).hasSize(1);
  }

  private static String options(String policy) {
    return "{kind: DeleteOptions, apiVersion: v1, propagationPolicy: %s}".formatted(policy);
  }
}

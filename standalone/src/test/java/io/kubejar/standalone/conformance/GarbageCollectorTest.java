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
    // Upstream waits half a minute to see that nothing follows. Here an object whose owner never
    // was goes after the deployment; by then the collector has looked at what that one left, too.
    api.create(
        api.core("configmaps"),
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: follower
          ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: gone, uid: no-such-uid}]
        """);
    api.awaitGone(api.core("configmaps"), "follower");
    assertThat(text(api.get(api.path("apps/v1", "replicasets/" + set)), "metadata.uid"))
        .isEqualTo(text(orphan, "metadata.uid"));
    assertThat(names(api.get(api.core("pods")))).containsExactlyInAnyOrderElementsOf(pods);
  }

  private static String deployment(Api api) {
    return api.path("apps/v1", "deployments/simpletest.deployment");
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

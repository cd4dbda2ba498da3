package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.simulation.SimulatedKubelet;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// DaemonSets on the two simulated nodes, and the revisions of their templates.
final class DaemonSetsTest {
  private static final String AREA = "[sig-apps] Daemon set [Serial] ";
  private static final String REVISION = "[sig-apps] ControllerRevision [Serial] ";
  private static final Set<String> NODES = Set.of("node-a", "node-b");
  private static final String HASH = "metadata.labels.controller-revision-hash";
  private static final String OLD = "busybox:1";
  private static final String NEW = "busybox:2";

  @Conformance(AREA + "should run and stop simple daemon")
  void simple(Api api) throws Exception {
    create(api, "");
    awaitOnAllNodes(api);
    var victim = names(api.get(pods(api))).getFirst();
    try (var watch = watchPods(api)) {
      api.delete(pods(api) + "/" + victim);
      awaitReady(api, watch.next("ADDED").name());
    }
    api.awaitGone(pods(api), victim);
    assertOneOnEachNode(api);
  }

  @Conformance(AREA + "should run and stop complex daemon")
  void complex(Api api) throws Exception {
    var color = "color-" + api.suffix();
    create(api, "nodeSelector: {%s: blue},".formatted(color));
    awaitSeen(api);
    assertThat(names(api.get(pods(api)))).isEmpty();

    paint(api, color, "\"blue\"");
    awaitCounts(api, 1);
    assertThat(nodesOf(api)).containsExactly("node-a");
    paint(api, color, "\"green\"");
    awaitCounts(api, 0);
    for (var pod : names(api.get(pods(api)))) {
      api.awaitGone(pods(api), pod);
    }

    api.patch(
        daemonSet(api),
        Api.STRATEGIC_PATCH,
        """
        {"spec":{"template":{"spec":{"nodeSelector":{"%s":"green"}}},
         "updateStrategy":{"type":"RollingUpdate"}}}
        """
            .formatted(color));
    awaitSeen(api);
    awaitCounts(api, 1);
    assertThat(nodesOf(api)).containsExactly("node-a");
    paint(api, color, "null");
    awaitCounts(api, 0);
  }

  @Conformance(AREA + "should retry creating failed daemon pods")
  void failed(Api api) throws Exception {
    create(api, "");
    awaitOnAllNodes(api);
    var victim = names(api.get(pods(api))).getFirst();
    try (var watch = watchPods(api)) {
      api.patch(
          pods(api) + "/" + victim + "/status",
          Api.STRATEGIC_PATCH,
          "{\"status\":{\"phase\":\"Failed\"}}");
      awaitReady(api, watch.next("ADDED").name());
    }
    api.awaitGone(pods(api), victim);
    assertOneOnEachNode(api);
  }

  @Conformance(
      AREA + "should update pod when spec was updated and update strategy is RollingUpdate")
  void rollingUpdate(Api api) throws Exception {
    create(api, "");
    awaitOnAllNodes(api);
    var first = newestRevision(api);
    assertThat(text(first, "revision")).isEqualTo("1");
    assertPods(api, OLD, text(first, HASH));

    try (var watch = watchPods(api)) {
      setTemplate(api, NEW, "null");
      // One pod after the other: the second one goes when the first new one is there.
      var gone = watch.next("DELETED").name();
      var made = watch.next("ADDED").object();
      assertThat(text(made, "spec.containers.0.image")).isEqualTo(NEW);
      assertThat(watch.next("DELETED").name()).isNotEqualTo(gone);
    }
    awaitOnAllNodes(api);
    var second = newestRevision(api);
    assertThat(text(second, "revision")).isEqualTo("2");
    assertThat(text(second, HASH)).isNotEqualTo(text(first, HASH));
    assertPods(api, NEW, text(second, HASH));
    assertThat(names(api.get(revisions(api)))).hasSize(2);
  }

  @Conformance(AREA + "should rollback without unnecessary restarts")
  void rollback(Api api) throws Exception {
    create(api, "");
    awaitOnAllNodes(api);
    try (var watch = watchPods(api)) {
      // As nobody pulls images here, the new pods are told to be not ready.
      setTemplate(api, "foo:non-existent", "\"no such image\"");
      var made = watch.next("ADDED").object();
      assertThat(text(made, "spec.containers.0.image")).isEqualTo("foo:non-existent");
    }
    var existing =
        items(api.get(pods(api)), "items").stream()
            .filter(pod -> text(pod, "spec.containers.0.image").equals(OLD))
            .filter(pod -> text(pod, "metadata.deletionTimestamp").isEmpty())
            .map(pod -> text(pod, "metadata.name"))
            .toList();
    assertThat(existing).hasSize(1);

    setTemplate(api, OLD, "null");
    awaitOnAllNodes(api);
    assertThat(items(api.get(pods(api)), "items"))
        .allMatch(pod -> text(pod, "spec.containers.0.image").equals(OLD));
    assertThat(names(api.get(pods(api)))).containsAll(existing);
  }

  @Conformance(AREA + "should list and delete a collection of DaemonSets")
  void collections(Api api) throws Exception {
    create(api, "");
    awaitOnAllNodes(api);
    var everywhere = "/apis/apps/v1/daemonsets?" + selected(api);
    assertThat(names(api.get(everywhere))).containsExactly("daemon-set");
    api.delete(daemonSets(api) + "?" + selected(api));
    assertThat(names(api.get(everywhere))).isEmpty();
  }

  @Conformance(AREA + "should verify changes to a daemon set status")
  void status(Api api) throws Exception {
    create(api, "");
    awaitOnAllNodes(api);
    var path = daemonSet(api) + "/status";
    var status = api.get(path);
    assertThat(text(status, "status.desiredNumberScheduled")).isEqualTo("2");
    assertThat(text(status, "status.currentNumberScheduled")).isEqualTo("2");

    var since = text(api.get(daemonSets(api)), "metadata.resourceVersion");
    var conditions =
        at(
            tree(
                """
                a: [{type: StatusUpdate, status: 'True', reason: E2E, message: Set from e2e test}]
                """),
            "a");
    api.change(path, found -> Trees.with(found, "status.conditions", conditions));
    try (var watch = api.watch(daemonSets(api), "resourceVersion=" + since)) {
      var updated = watch.next("MODIFIED", it -> Api.hasCondition(it, "StatusUpdate", "True"));
      assertThat(text(updated, "status.conditions.0.reason")).isEqualTo("E2E");
      assertThat(text(updated, "status.conditions.0.message")).isEqualTo("Set from e2e test");
      api.patch(
          path,
          Api.MERGE_PATCH,
          "{\"status\":{\"conditions\":[{\"type\":\"StatusPatched\",\"status\":\"True\"}]}}");
      watch.next("MODIFIED", it -> Api.hasCondition(it, "StatusPatched", "True"));
    }
  }

  /// The second revision of the same template is one too many, and the controller may merge the two
  /// whenever it looks; so what is there is read as of the moment of its creation.
  @Conformance(REVISION + "should manage the lifecycle of a ControllerRevision")
  void lifecycleOfRevisions(Api api) throws Exception {
    var owner = create(api, "");
    awaitOnAllNodes(api);
    var everywhere = "/apis/apps/v1/controllerrevisions?" + selected(api);
    assertThat(names(api.get(everywhere))).hasSize(1);
    var initial = newestRevision(api);
    var name = text(initial, "metadata.name");
    assertThat(text(initial, "metadata.ownerReferences.0.kind")).isEqualTo("DaemonSet");
    assertThat(text(initial, "metadata.ownerReferences.0.uid"))
        .isEqualTo(text(owner, "metadata.uid"));
    var patched =
        api.patch(
            revisions(api) + "/" + name,
            Api.STRATEGIC_PATCH,
            "{\"metadata\":{\"labels\":{\"%s\":\"patched\"}}}".formatted(name));
    assertThat(text(patched, "metadata.labels." + name)).isEqualTo("patched");

    var made = api.create(revisions(api), copyOf(initial, "daemon-set-copy").toString());
    var then =
        "&resourceVersionMatch=Exact&resourceVersion=" + text(made, "metadata.resourceVersion");
    assertThat(names(api.get(revisions(api) + "?" + selected(api) + then)))
        .containsExactlyInAnyOrder(name, "daemon-set-copy");
    var deletion = api.send("DELETE", revisions(api) + "/" + name, "application/json", "");
    assertThat(deletion.code()).as(deletion.text()).isIn(200, 404);
    api.awaitGone(revisions(api), name);
    assertThat(names(api.get(revisions(api)))).containsExactly("daemon-set-copy");

    var updated =
        api.change(
            revisions(api) + "/daemon-set-copy",
            it -> Trees.with(it, "metadata.labels.daemon-set-copy", "updated"));
    assertThat(text(updated, "metadata.labels.daemon-set-copy")).isEqualTo("updated");
    api.patch(
        daemonSet(api),
        Api.STRATEGIC_PATCH,
        """
        {"spec":{"template":{"spec":{"terminationGracePeriodSeconds":1}},
         "updateStrategy":{"type":"RollingUpdate"}}}
        """);
    awaitOnAllNodes(api);
    assertThat(names(api.get(revisions(api) + "?" + selected(api)))).hasSize(2);
    api.delete(revisions(api) + "?labelSelector=daemon-set-copy%3Dupdated");
    api.awaitGone(revisions(api), "daemon-set-copy");
    var left = items(api.get(revisions(api)), "items");
    assertThat(left).hasSize(1);
    assertThat(text(left.getFirst(), "revision")).isEqualTo("3");
  }

  private static JsonObject copyOf(JsonObject revision, String name) {
    var copy = Trees.with(revision, "metadata", at(tree("{a: {}}"), "a"));
    copy = Trees.with(copy, "metadata.name", name);
    copy = Trees.with(copy, "metadata.labels", at(revision, "metadata.labels"));
    copy = Trees.with(copy, HASH, "copy");
    copy = Trees.with(copy, "metadata.ownerReferences", at(revision, "metadata.ownerReferences"));
    return Trees.with(copy, "revision", JsonNumber.of(2));
  }

  /// @param spec further fields of the template's pods
  private static JsonObject create(Api api, String spec) throws Exception {
    return api.create(
        daemonSets(api),
        """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: daemon-set, labels: {e2e: %1$s}}
        spec:
          selector: {matchLabels: {e2e: %1$s}}
          template:
            metadata: {labels: {e2e: %1$s}}
            spec: {%3$s containers: [{name: app, image: '%2$s'}]}
        """
            .formatted(api.suffix(), OLD, spec));
  }

  private static JsonObject awaitSeen(Api api) throws Exception {
    var generation = text(api.get(daemonSet(api)), "metadata.generation");
    return api.await(
        daemonSets(api),
        "daemon-set",
        it -> text(it, "status.observedGeneration").equals(generation));
  }

  /// Waits until so many nodes are to have a pod, and have one that is up to date and available.
  private static void awaitCounts(Api api, int nodes) throws Exception {
    var wanted = Integer.toString(nodes);
    api.await(
        daemonSets(api),
        "daemon-set",
        it ->
            List.of("desiredNumberScheduled", "currentNumberScheduled").stream()
                    .allMatch(field -> count(it, field).equals(wanted))
                && List.of("updatedNumberScheduled", "numberAvailable", "numberReady").stream()
                    .allMatch(field -> count(it, field).equals(wanted))
                && count(it, "numberMisscheduled").equals("0"));
  }

  private static String count(JsonObject set, String field) {
    var text = text(set, "status." + field);
    return text.isEmpty() ? "0" : text;
  }

  private static void awaitOnAllNodes(Api api) throws Exception {
    awaitSeen(api);
    awaitCounts(api, NODES.size());
    assertOneOnEachNode(api);
  }

  private static void assertOneOnEachNode(Api api) throws Exception {
    assertThat(nodesOf(api)).containsExactlyInAnyOrderElementsOf(NODES);
  }

  private static List<String> nodesOf(Api api) throws Exception {
    return items(api.get(pods(api)), "items").stream()
        .filter(pod -> text(pod, "metadata.deletionTimestamp").isEmpty())
        .map(pod -> text(pod, "spec.nodeName"))
        .toList();
  }

  private static void awaitReady(Api api, String pod) throws Exception {
    api.await(pods(api), pod, it -> Api.hasCondition(it, "Ready", "True"));
  }

  private static JsonObject newestRevision(Api api) throws Exception {
    return items(api.get(revisions(api)), "items").stream()
        .max(Comparator.comparingLong(it -> Long.parseLong(text(it, "revision"))))
        .orElseThrow();
  }

  private static void assertPods(Api api, String image, String hash) throws Exception {
    var found = items(api.get(pods(api)), "items");
    assertThat(found.stream().map(it -> text(it, "spec.containers.0.image"))).containsOnly(image);
    assertThat(found.stream().map(it -> text(it, HASH)).collect(Collectors.toSet()))
        .containsExactly(hash);
  }

  /// @param unready what marks the pods as not ready, `null` if nothing does
  private static void setTemplate(Api api, String image, String unready) throws Exception {
    api.patch(
        daemonSet(api),
        Api.STRATEGIC_PATCH,
        """
        {"spec":{"template":{"metadata":{"annotations":{"%s":%s}},
         "spec":{"containers":[{"name":"app","image":"%s"}]}}}}
        """
            .formatted(SimulatedKubelet.UNREADY, unready, image));
  }

  private static void paint(Api api, String color, String value) throws Exception {
    api.patch(
        "/api/v1/nodes/node-a",
        Api.MERGE_PATCH,
        "{\"metadata\":{\"labels\":{\"%s\":%s}}}".formatted(color, value));
  }

  /// A watch of the namespace's pods, from now on.
  private static WatchStream watchPods(Api api) throws Exception {
    var since = text(api.get(pods(api)), "metadata.resourceVersion");
    return api.watch(pods(api), "resourceVersion=" + since);
  }

  private static String selected(Api api) {
    return "labelSelector=e2e%3D" + api.suffix();
  }

  private static String daemonSets(Api api) {
    return api.path("apps/v1", "daemonsets");
  }

  private static String daemonSet(Api api) {
    return daemonSets(api) + "/daemon-set";
  }

  private static String revisions(Api api) {
    return api.path("apps/v1", "controllerrevisions");
  }

  private static String pods(Api api) {
    return api.core("pods");
  }
}

package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Placement.needing;
import static io.kubejar.standalone.conformance.Placement.on;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;

/// Which pods make room for more important ones.
final class SchedulerPreemptionTest {
  private static final String AREA = "[sig-scheduling] SchedulerPreemption [Serial] ";
  private static final String RESOURCE = "scheduling.k8s.io/foo";
  private static final String CLASSES = "/apis/scheduling.k8s.io/v1/priorityclasses";

  @AutoClose private final Undoing undoing = new Undoing();

  /// What is undone after the test, the last first.
  private static final class Undoing implements AutoCloseable {
    private final List<Undone> steps = new ArrayList<>();

    void add(Undone step) {
      steps.addFirst(step);
    }

    @Override
    public void close() throws IOException {
      for (var step : steps) {
        step.close();
      }
    }
  }

  @Conformance(AREA + "validates basic preemption works")
  void basicPreemption(Api api) throws Exception {
    var placement = new Placement(api);
    classes(api, Map.of("low", 1, "medium", 100, "high", 1000));
    var pods = fillNodes(api, placement);

    placement.run(prioritised(api, "preemptor-pod", "high", "2", "{}"));

    requireOnlyFirstGone(api, pods);
  }

  @Conformance(AREA + "validates lower priority pod preemption by critical pod")
  void criticalPods(Api api) throws Exception {
    var placement = new Placement(api);
    classes(api, Map.of("low", 1, "medium", 100));
    var pods = fillNodes(api, placement);
    var system = new Api(api.client(), "kube-system");
    var critical = "critical-pod-" + api.suffix();
    undoing.add(new Undone(() -> system.delete(system.core("pods/" + critical))));

    new Placement(system)
        .run(needing(critical, RESOURCE, "2", "{priorityClassName: system-cluster-critical}"));

    requireOnlyFirstGone(api, pods);
  }

  /// Two pods on each node, which take four fifths of it. The very first is the least important.
  private List<String> fillNodes(Api api, Placement placement) throws Exception {
    undoing.add(placement.pods());
    var pods = new ArrayList<String>();
    for (var node : Placement.NODES) {
      undoing.add(placement.offering(node, RESOURCE, 5));
      for (int i = 0; i < 2; i++) {
        var name = "pod-%s-%d".formatted(node, i);
        var priority = pods.isEmpty() ? "low" : "medium";
        placement.run(prioritised(api, name, priority, "2", on(node)));
        pods.add(name);
      }
    }
    return pods;
  }

  private static void requireOnlyFirstGone(Api api, List<String> pods) throws Exception {
    var first = api.tryGet(api.core("pods/" + pods.getFirst()));
    assertThat(first.code() == 404 || !text(first.json(), "metadata.deletionTimestamp").isEmpty())
        .as(first.text())
        .isTrue();
    for (var name : pods.subList(1, pods.size())) {
      var pod = api.get(api.core("pods/" + name));
      assertThat(text(pod, "metadata.deletionTimestamp")).isEmpty();
    }
  }

  @Conformance(AREA + "validates pod disruption condition is added to the preempted pod")
  void markOfThePreempted(Api api) throws Exception {
    var placement = new Placement(api);
    classes(api, Map.of("low", 1, "high", 1000));
    var node = Placement.NODES.getFirst();
    undoing.add(placement.offering(node, RESOURCE, 1));
    undoing.add(placement.pods());
    var victim = prioritised(api, "victim-pod", "low", "1", on(node));
    var held =
        Trees.with(
            victim,
            "metadata.finalizers",
            JsonArray.of(new JsonString("example.com/test-finalizer")));
    placement.run(held);
    undoing.add(
        new Undone(
            () ->
                api.patch(
                    api.core("pods/victim-pod"),
                    Api.MERGE_PATCH,
                    "{\"metadata\":{\"finalizers\":null}}")));

    api.create(
        api.core("pods"), prioritised(api, "preemptor-pod", "high", "1", on(node)).toString());

    var preempted =
        api.await(
            api.core("pods"),
            "victim-pod",
            it -> !text(it, "metadata.deletionTimestamp").isEmpty());
    assertThat(Api.hasCondition(preempted, "DisruptionTarget", "True")).isTrue();
  }

  @Conformance(AREA + "PreemptionExecutionPath runs ReplicaSets to verify preemption running path")
  void preemptedReplicas(Api api) throws Exception {
    var resource = "example.com/fakecpu";
    var placement = new Placement(api);
    var node = Placement.NODES.getLast();
    classes(api, Map.of("p1", 1, "p2", 2, "p3", 3, "p4", 4));
    undoing.add(placement.offering(node, resource, 1000));
    var needs = List.of("200", "300", "450");
    try (var watch = api.watch(api.core("pods"), "")) {
      for (int i = 1; i <= 3; i++) {
        var pod = needing("pod" + i, resource, needs.get(i - 1), on(node));
        api.create(api.path("apps/v1", "replicasets"), set(api, i, pod.object("spec").toString()));
        api.await(
            api.path("apps/v1", "replicasets"),
            "rs-pod" + i,
            it -> text(it, "status.readyReplicas").equals("1"));
      }
      placement.run(
          needing("pod4", resource, "500", on(node) + "priorityClassName: " + named(api, "p4")));

      // The least important two had to go, and come again in vain; the third never went.
      var seen = new HashMap<String, Integer>();
      while (count(seen, 1) < 2 || count(seen, 2) < 2) {
        seen.merge(set(watch.next("ADDED").name()), 1, Integer::sum);
      }
      api.create(api.core("pods"), Placement.pod("the-end", "{nodeSelector: {a: b}}").toString());
      for (var name = ""; !name.equals("the-end"); seen.merge(set(name), 1, Integer::sum)) {
        name = watch.next("ADDED").name();
      }
      assertThat(List.of(count(seen, 1), count(seen, 2), count(seen, 3))).containsExactly(2, 2, 1);
    } finally {
      api.delete(api.path("apps/v1", "replicasets"));
      placement.pods().close();
    }
  }

  private static int count(Map<String, Integer> seen, int set) {
    return seen.getOrDefault("rs-pod" + set, 0);
  }

  /// The set of a pod, by its name.
  private static String set(String pod) {
    return pod.startsWith("rs-pod") ? pod.substring(0, pod.lastIndexOf('-')) : pod;
  }

  private static String set(Api api, int number, String spec) {
    var template =
        Trees.with(Trees.tree(spec), "priorityClassName", new JsonString(named(api, "p" + number)));
    return """
    {apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: rs-pod%1$d},
     spec: {replicas: 1, selector: {matchLabels: {name: pod%1$d}},
       template: {metadata: {labels: {name: pod%1$d}}, spec: %2$s}}}
    """
        .formatted(number, template);
  }

  private static JsonObject prioritised(
      Api api, String name, String priority, String amount, String spec) {
    var pod = needing(name, RESOURCE, amount, spec);
    return Trees.with(pod, "spec.priorityClassName", named(api, priority));
  }

  private static String named(Api api, String priority) {
    return api.suffix() + "-" + priority;
  }

  private void classes(Api api, Map<String, Integer> values) throws Exception {
    for (var each : values.entrySet()) {
      var name = named(api, each.getKey());
      api.create(
          CLASSES,
          """
          apiVersion: scheduling.k8s.io/v1
          kind: PriorityClass
          metadata: {name: %s}
          value: %d
          """
              .formatted(name, each.getValue()));
      undoing.add(new Undone(() -> api.delete(CLASSES + "/" + name)));
    }
  }
}

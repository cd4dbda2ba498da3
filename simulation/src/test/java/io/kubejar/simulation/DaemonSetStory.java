package io.kubejar.simulation;

import static java.util.stream.Collectors.groupingBy;

import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.Taint;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// What a person does to a DaemonSet and to a node, and what must come of it whatever goes wrong.
final class DaemonSetStory implements Story {
  private static final Duration LONG_ENOUGH = Duration.ofHours(2);
  private static final ObjectKey KEY = new ObjectKey("default", "agent");
  private static final ObjectKey TAINTED = ObjectKey.clusterScoped("node-1");
  private static final Taint TAINT = Taint.EMPTY.withKey("story").withEffect("NoExecute");
  private static final int NODES = 2;
  private static final String HASH = "controller-revision-hash";

  private final SimulatedCluster cluster;
  private final Client client;

  /// Whether no more than one node may be without a pod now.
  private boolean rolls;

  DaemonSetStory(SimulatedCluster cluster) {
    this.cluster = cluster;
    client = cluster.client();
    cluster.checking(this::noNodeHasTwoAndOneHasNoneAtMost);
  }

  /// Created, rolled to a new template, kept off a node and let back, rolled back.
  @Override
  public Map<String, Object> tell() throws InterruptedException {
    client.create(DaemonSet.RESOURCE, daemonSet());
    cluster.runUntil("pods of the first image", () -> runs(NODES, "one"), LONG_ENOUGH);
    rolls = true;
    setImage("two");
    cluster.runUntil("pods of the second image", () -> runs(NODES, "two"), LONG_ENOUGH);
    rolls = false;
    taint(before -> with(before, TAINT));
    cluster.runUntil("one pod", () -> runs(1, "two"), LONG_ENOUGH);
    taint(before -> before.stream().filter(it -> !it.key().equals(TAINT.key())).toList());
    cluster.runUntil("a pod on both nodes", () -> runs(NODES, "two"), LONG_ENOUGH);
    rolls = true;
    setImage("one");
    cluster.runUntil("pods of the first image again", () -> runs(NODES, "one"), LONG_ENOUGH);
    rolls = false;
    cluster.runUntil("the rollback is the newest revision", this::isInOrder, LONG_ENOUGH);
    return state();
  }

  /// The number may come later than the pods: when the cache shows what it is to be greater than.
  private boolean isInOrder() throws InterruptedException {
    var newest =
        list(ControllerRevision.RESOURCE).stream()
            .max(Comparator.comparingLong(ControllerRevision::revision))
            .orElseThrow();
    var hash = newest.metadata().labels().getOrDefault(HASH, "");
    return list(Pod.RESOURCE).stream()
        .allMatch(pod -> hash.equals(pod.metadata().labels().get(HASH)));
  }

  @Override
  public void end() throws InterruptedException {
    client.delete(DaemonSet.RESOURCE, KEY, DeleteOptions.EMPTY);
    cluster.runUntil(
        "nothing left",
        () ->
            list(DaemonSet.RESOURCE).isEmpty()
                && list(Pod.RESOURCE).isEmpty()
                && list(ControllerRevision.RESOURCE).isEmpty(),
        LONG_ENOUGH);
  }

  private boolean runs(int count, String image) throws InterruptedException {
    var set = client.get(DaemonSet.RESOURCE, KEY);
    var status = set.status();
    var pods = list(Pod.RESOURCE);
    return pods.size() == count
        && pods.stream().allMatch(pod -> isReady(pod) && image(pod).equals(image))
        && status.observedGeneration() == set.metadata().generation()
        && status.desiredNumberScheduled() == count
        && status.updatedNumberScheduled() == count
        && status.numberAvailable() == count
        && status.numberMisscheduled() == 0;
  }

  private static boolean isReady(Pod pod) {
    return pod.metadata().deletionTimestamp() == null
        && pod.status().conditions().stream()
            .anyMatch(it -> it.type().equals("Ready") && it.status().equals("True"));
  }

  private void noNodeHasTwoAndOneHasNoneAtMost() throws InterruptedException {
    var pods = list(Pod.RESOURCE);
    var living =
        pods.stream()
            .filter(pod -> pod.metadata().deletionTimestamp() == null)
            .filter(pod -> !pod.spec().nodeName().isEmpty())
            .collect(groupingBy(pod -> pod.spec().nodeName()));
    living.forEach(
        (node, its) -> {
          if (its.size() > 1) {
            throw new AssertionError(node + " has " + its.size() + " pods");
          }
        });
    if (rolls && pods.stream().filter(DaemonSetStory::isReady).count() < NODES - 1) {
      throw new AssertionError("no node has a pod");
    }
  }

  /// What must be the same in every run.
  private Map<String, Object> state() throws InterruptedException {
    var revisions = new TreeMap<String, Object>();
    for (var revision : list(ControllerRevision.RESOURCE)) {
      revisions.put(revision.metadata().name(), revision.revision());
    }
    var pods = new TreeMap<String, Object>();
    for (var pod : list(Pod.RESOURCE)) {
      pods.put(pod.spec().nodeName(), pod.metadata().labels());
    }
    return Map.of(
        "revisions",
        revisions,
        "pods",
        pods,
        "status",
        client.get(DaemonSet.RESOURCE, KEY).status().withObservedGeneration(0));
  }

  private void setImage(String image) throws InterruptedException {
    var known = client.get(DaemonSet.RESOURCE, KEY);
    client.update(DaemonSet.RESOURCE, known.withSpec(known.spec().withTemplate(template(image))));
  }

  /// Tries again when somebody was quicker, as kubectl does.
  private void taint(UnaryOperator<List<Taint>> change) throws InterruptedException {
    while (true) {
      var node = client.get(Node.RESOURCE, TAINTED);
      try {
        client.update(
            Node.RESOURCE,
            node.withSpec(node.spec().withTaints(change.apply(node.spec().taints()))));
        return;
      } catch (ApiException refused) {
        if (!refused.isConflict()) {
          throw refused;
        }
      }
    }
  }

  private static List<Taint> with(List<Taint> taints, Taint one) {
    var all = new ArrayList<>(taints);
    all.add(one);
    return all;
  }

  private <T extends KubernetesObject> List<T> list(ResourceType<T> type)
      throws InterruptedException {
    return client.list(type, ListOptions.inNamespace(KEY.namespace())).items();
  }

  private static String image(Pod pod) {
    return pod.spec().containers().getFirst().image();
  }

  private static DaemonSet daemonSet() {
    return DaemonSet.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withNamespace(KEY.namespace()).withName(KEY.name()))
        .withSpec(
            DaemonSet.EMPTY.spec().toBuilder()
                .selector(LabelSelector.EMPTY.withMatchLabels(Map.of("app", "agent")))
                .template(template("one"))
                .build());
  }

  private static PodTemplateSpec template(String image) {
    return PodTemplateSpec.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withLabels(Map.of("app", "agent")))
        .withSpec(
            PodTemplateSpec.EMPTY
                .spec()
                .withSchedulerName("default-scheduler")
                .withContainers(List.of(Container.EMPTY.withName("main").withImage(image))));
  }
}

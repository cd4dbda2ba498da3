package io.kubejar.simulation;

import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.apps.v1.RollingUpdateStatefulSetStrategy;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy;
import io.kubejar.api.apps.v1.StatefulSetUpdateStrategy;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.PersistentVolumeClaimSpec;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.VolumeResourceRequirements;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// What a person does to a StatefulSet, and what must come of it whatever goes wrong.
final class StatefulSetStory implements Story {
  private static final Duration LONG_ENOUGH = Duration.ofHours(2);
  private static final ObjectKey KEY = new ObjectKey("default", "db");
  private static final int SIZE = 3;

  private final SimulatedCluster cluster;
  private final Client client;

  /// Whether no more than one of the pods may be missing now.
  private boolean rolls;

  StatefulSetStory(SimulatedCluster cluster) {
    this.cluster = cluster;
    client = cluster.client();
    cluster.checking(this::oneIsMissingAtMost);
  }

  /// Created, rolled in two parts, made smaller and larger again, rolled back.
  @Override
  public Map<String, Object> tell() throws InterruptedException {
    client.create(StatefulSet.RESOURCE, set());
    cluster.runUntil("all pods of the first image", () -> runs("one", "one", "one"), LONG_ENOUGH);
    rolls = true;
    change(known -> known.withSpec(known.spec().withUpdateStrategy(from(2))));
    change(known -> known.withSpec(known.spec().withTemplate(template("two"))));
    cluster.runUntil("the last pod of the second", () -> runs("one", "one", "two"), LONG_ENOUGH);
    change(known -> known.withSpec(known.spec().withUpdateStrategy(from(0))));
    cluster.runUntil("all pods of the second", () -> runs("two", "two", "two"), LONG_ENOUGH);
    rolls = false;
    change(known -> known.withSpec(known.spec().withReplicas(1)));
    cluster.runUntil("one pod", () -> runs("two"), LONG_ENOUGH);
    change(known -> known.withSpec(known.spec().withReplicas(SIZE)));
    cluster.runUntil("all pods again", () -> runs("two", "two", "two"), LONG_ENOUGH);
    rolls = true;
    change(known -> known.withSpec(known.spec().withTemplate(template("one"))));
    cluster.runUntil("all pods of the first again", () -> runs("one", "one", "one"), LONG_ENOUGH);
    rolls = false;
    cluster.runUntil("claims of the set", this::claimsAreTheSets, LONG_ENOUGH);
    return state();
  }

  /// Deleted with all that belongs to it.
  @Override
  public void end() throws InterruptedException {
    client.delete(StatefulSet.RESOURCE, KEY, DeleteOptions.EMPTY);
    cluster.runUntil(
        "nothing left",
        () ->
            list(StatefulSet.RESOURCE).isEmpty()
                && list(Pod.RESOURCE).isEmpty()
                && list(ControllerRevision.RESOURCE).isEmpty()
                && list(PersistentVolumeClaim.RESOURCE).isEmpty(),
        LONG_ENOUGH);
  }

  private boolean runs(String... images) throws InterruptedException {
    var set = client.get(StatefulSet.RESOURCE, KEY);
    var pods = list(Pod.RESOURCE);
    if (pods.size() != images.length || !pods.stream().allMatch(StatefulSetStory::isReady)) {
      return false;
    }
    for (int i = 0; i < images.length; i++) {
      var pod = pods.get(i);
      if (!pod.metadata().name().equals("db-" + i) || !image(pod).equals(images[i])) {
        return false;
      }
    }
    var status = set.status();
    return status.observedGeneration() == set.metadata().generation()
        && status.replicas() == images.length
        && status.availableReplicas() == images.length
        && status.updatedReplicas() == count(pods, status.updateRevision())
        && status.currentReplicas() == count(pods, status.currentRevision())
        && claims().size() == images.length;
  }

  private static long count(List<Pod> pods, String revision) {
    return pods.stream()
        .filter(pod -> revision.equals(pod.metadata().labels().get("controller-revision-hash")))
        .count();
  }

  private static boolean isReady(Pod pod) {
    return pod.metadata().deletionTimestamp() == null
        && pod.status().conditions().stream()
            .anyMatch(it -> it.type().equals("Ready") && it.status().equals("True"));
  }

  private void oneIsMissingAtMost() throws InterruptedException {
    if (!rolls) {
      return;
    }
    long there = list(Pod.RESOURCE).stream().filter(StatefulSetStory::isReady).count();
    if (there < SIZE - 1) {
      throw new AssertionError("only " + there + " pods are there");
    }
  }

  private boolean claimsAreTheSets() throws InterruptedException {
    return claims().values().stream().allMatch(List.of("StatefulSet")::equals);
  }

  /// The kinds of each claim's owners.
  private Map<String, Object> claims() throws InterruptedException {
    var claims = new TreeMap<String, Object>();
    for (var claim : list(PersistentVolumeClaim.RESOURCE)) {
      claims.put(
          claim.metadata().name(),
          claim.metadata().ownerReferences().stream().map(owner -> owner.kind()).toList());
    }
    return claims;
  }

  /// What must be the same in every run: everything but UIDs, versions and times.
  private Map<String, Object> state() throws InterruptedException {
    var revisions = new TreeMap<String, Object>();
    for (var revision : list(ControllerRevision.RESOURCE)) {
      revisions.put(revision.metadata().name(), revision.revision());
    }
    var pods = new TreeMap<String, Object>();
    for (var pod : list(Pod.RESOURCE)) {
      pods.put(pod.metadata().name(), pod.metadata().labels() + " " + pod.spec().hostname());
    }
    return Map.of(
        "revisions",
        revisions,
        "pods",
        pods,
        "claims",
        claims(),
        "status",
        client.get(StatefulSet.RESOURCE, KEY).status().withObservedGeneration(0));
  }

  /// Tries again when a controller was quicker, as kubectl does.
  private void change(UnaryOperator<StatefulSet> change) throws InterruptedException {
    client.update(StatefulSet.RESOURCE, change.apply(client.get(StatefulSet.RESOURCE, KEY)));
  }

  private <T extends KubernetesObject> List<T> list(ResourceType<T> type)
      throws InterruptedException {
    return client.list(type, ListOptions.inNamespace(KEY.namespace())).items();
  }

  private static String image(Pod pod) {
    return pod.spec().containers().getFirst().image();
  }

  private static StatefulSet set() {
    return StatefulSet.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withNamespace(KEY.namespace()).withName(KEY.name()))
        .withSpec(
            StatefulSet.EMPTY.spec().toBuilder()
                .replicas(SIZE)
                .serviceName("db")
                .selector(LabelSelector.EMPTY.withMatchLabels(Map.of("app", "db")))
                .template(template("one"))
                .updateStrategy(from(0))
                .volumeClaimTemplates(List.of(claim()))
                .persistentVolumeClaimRetentionPolicy(
                    StatefulSetPersistentVolumeClaimRetentionPolicy.EMPTY
                        .withWhenDeleted("Delete")
                        .withWhenScaled("Delete"))
                .build());
  }

  private static PersistentVolumeClaim claim() {
    return PersistentVolumeClaim.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withName("data"))
        .withSpec(
            PersistentVolumeClaimSpec.EMPTY
                .withAccessModes(List.of("ReadWriteOnce"))
                .withResources(
                    VolumeResourceRequirements.EMPTY.withRequests(
                        Map.of("storage", Quantity.parse("1Gi")))));
  }

  private static StatefulSetUpdateStrategy from(int partition) {
    return StatefulSetUpdateStrategy.EMPTY
        .withType("RollingUpdate")
        .withRollingUpdate(RollingUpdateStatefulSetStrategy.EMPTY.withPartition(partition));
  }

  private static PodTemplateSpec template(String image) {
    return PodTemplateSpec.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withLabels(Map.of("app", "db")))
        .withSpec(
            PodTemplateSpec.EMPTY
                .spec()
                .withSchedulerName("default-scheduler")
                .withContainers(List.of(Container.EMPTY.withName("main").withImage(image))));
  }
}

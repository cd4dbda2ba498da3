package io.kubejar.simulation;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// What a person does to a Deployment, and what must come of it whatever goes wrong.
final class DeploymentStory {
  private static final Duration LONG_ENOUGH = Duration.ofHours(2);
  private static final ObjectKey KEY = new ObjectKey("default", "web");

  private final SimulatedCluster cluster;
  private final Client client;

  /// The largest size that each ReplicaSet has ever been asked to have.
  private final Map<String, Integer> largest = new HashMap<>();

  DeploymentStory(SimulatedCluster cluster) {
    this.cluster = cluster;
    client = cluster.client();
    cluster.checking(this::nothingIsMadeTwice);
  }

  /// Created, scaled, rolled to a new template. Returns the state that is reached.
  Map<String, Object> tell() throws InterruptedException {
    client.create(Deployment.RESOURCE, deployment(3, "one"));
    cluster.runUntil("three pods of the first image", () -> runs(3, "one"), LONG_ENOUGH);
    change(known -> known.withSpec(known.spec().withReplicas(5)));
    cluster.runUntil("five pods of the first image", () -> runs(5, "one"), LONG_ENOUGH);
    change(known -> known.withSpec(known.spec().withTemplate(template("two"))));
    cluster.runUntil("five pods of the second image", () -> runs(5, "two"), LONG_ENOUGH);
    return state();
  }

  /// Deleted with all that belongs to it.
  void end() throws InterruptedException {
    client.delete(Deployment.RESOURCE, KEY, DeleteOptions.EMPTY);
    cluster.runUntil(
        "nothing left",
        () ->
            list(Deployment.RESOURCE).isEmpty()
                && list(ReplicaSet.RESOURCE).isEmpty()
                && list(Pod.RESOURCE).isEmpty(),
        LONG_ENOUGH);
  }

  private boolean runs(int count, String image) throws InterruptedException {
    var status = client.get(Deployment.RESOURCE, KEY);
    var pods = list(Pod.RESOURCE);
    return pods.size() == count
        && pods.stream()
            .allMatch(
                pod ->
                    pod.metadata().deletionTimestamp() == null
                        && pod.status().phase().equals("Running")
                        && image(pod.spec().containers()).equals(image))
        && status.status().availableReplicas() == count
        && status.status().updatedReplicas() == count
        && status.status().replicas() == count
        && status.status().observedGeneration() == status.metadata().generation()
        && status.status().conditions().stream()
            .anyMatch(condition -> condition.reason().equals("NewReplicaSetAvailable"));
  }

  /// What must be the same in every run: everything but names, UIDs, revisions and times.
  private Map<String, Object> state() throws InterruptedException {
    var deployment = client.get(Deployment.RESOURCE, KEY);
    var sets = new TreeMap<String, Object>();
    for (var set : list(ReplicaSet.RESOURCE)) {
      var revision =
          set.metadata().annotations().getOrDefault("deployment.kubernetes.io/revision", "");
      sets.put(
          image(set.spec().template().spec().containers()),
          List.of(Objects.requireNonNullElse(set.spec().replicas(), -1), revision));
    }
    return Map.of(
        "sets",
        sets,
        "pods",
        list(Pod.RESOURCE).size(),
        "replicas",
        deployment.status().replicas(),
        "revision",
        deployment.metadata().annotations().getOrDefault("deployment.kubernetes.io/revision", ""),
        "conditions",
        deployment.status().conditions().stream()
            .map(condition -> condition.type() + "=" + condition.status())
            .sorted()
            .toList());
  }

  /// No ReplicaSet has more living pods than it was ever asked to have, and no template more than
  /// one ReplicaSet.
  private void nothingIsMadeTwice() throws InterruptedException {
    var images = new HashMap<String, String>();
    var pods = list(Pod.RESOURCE);
    for (var set : list(ReplicaSet.RESOURCE)) {
      var name = set.metadata().name();
      var other = images.put(image(set.spec().template().spec().containers()), name);
      if (other != null) {
        throw new AssertionError("two ReplicaSets of one template: " + other + ", " + name);
      }
      int wanted = Objects.requireNonNullElse(set.spec().replicas(), 1);
      int most = largest.merge(name, wanted, Math::max);
      long living =
          pods.stream()
              .filter(pod -> pod.metadata().deletionTimestamp() == null)
              .filter(
                  pod ->
                      pod.metadata().ownerReferences().stream()
                          .anyMatch(owner -> owner.uid().equals(set.metadata().uid())))
              .count();
      if (living > most) {
        throw new AssertionError(name + " has " + living + " pods, was asked for " + most);
      }
    }
  }

  /// Tries again when a controller was quicker, as kubectl does.
  private void change(UnaryOperator<Deployment> change) throws InterruptedException {
    client.update(Deployment.RESOURCE, change.apply(client.get(Deployment.RESOURCE, KEY)));
  }

  private <T extends KubernetesObject> List<T> list(ResourceType<T> type)
      throws InterruptedException {
    return client.list(type, ListOptions.inNamespace("default")).items();
  }

  private static String image(List<Container> containers) {
    return containers.getFirst().image();
  }

  private static Deployment deployment(int replicas, String image) {
    return Deployment.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withNamespace(KEY.namespace()).withName(KEY.name()))
        .withSpec(
            Deployment.EMPTY.spec().toBuilder()
                .replicas(replicas)
                .selector(LabelSelector.EMPTY.withMatchLabels(Map.of("app", "web")))
                .template(template(image))
                .progressDeadlineSeconds(600)
                .build());
  }

  private static PodTemplateSpec template(String image) {
    return PodTemplateSpec.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withLabels(Map.of("app", "web")))
        .withSpec(
            PodTemplateSpec.EMPTY
                .spec()
                .withSchedulerName("default-scheduler")
                .withContainers(List.of(Container.EMPTY.withName("main").withImage(image))));
  }
}

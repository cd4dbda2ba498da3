package io.kubejar.controllers.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.controllers.replicaset.ReplicaSetController;
import io.kubejar.controllers.testing.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeploymentControllerTest {
  private final World world =
      new World(new DeploymentController(), ReplicaSetController.forReplicaSets());

  @Test
  void createsAReplicaSetAndItsPods() throws InterruptedException {
    world.create(Deployment.RESOURCE, deployment("web", 3, "a"));
    world.settle();
    world.runPods();

    assertThat(world.list(Pod.RESOURCE)).hasSize(3);
    var status = world.get(Deployment.RESOURCE, "default", "web").status();
    assertThat(status.availableReplicas()).isEqualTo(3);
    assertThat(status.conditions())
        .extracting(
            condition -> condition.type() + "=" + condition.status() + " " + condition.reason())
        .containsExactlyInAnyOrder(
            "Available=True MinimumReplicasAvailable", "Progressing=True NewReplicaSetAvailable");
    assertThat(world.events("web")).singleElement().asString().contains("from 0 to 3");
  }

  @Test
  void rollsToANewTemplateWithoutLosingMorePodsThanAllowed() throws InterruptedException {
    world.create(Deployment.RESOURCE, deployment("web", 4, "a"));
    world.settle();
    world.runPods();
    setImage("b");

    for (int round = 0; round < 20; round++) {
      world.settle();
      var pods = world.list(Pod.RESOURCE);
      assertThat(pods.stream().filter(pod -> pod.metadata().deletionTimestamp() == null).count())
          .isBetween(3L, 5L);
      world.runPods();
    }

    assertThat(world.list(Pod.RESOURCE))
        .hasSize(4)
        .allMatch(pod -> pod.spec().containers().getFirst().image().equals("b"));
    var deployment = world.get(Deployment.RESOURCE, "default", "web");
    assertThat(deployment.metadata().annotations()).containsEntry(Revisions.REVISION, "2");
    assertThat(world.list(ReplicaSet.RESOURCE)).hasSize(2);
  }

  @Test
  void aRollbackUsesTheOldReplicaSetAgain() throws InterruptedException {
    world.create(Deployment.RESOURCE, deployment("web", 1, "a"));
    run();
    setImage("b");
    run();
    setImage("a");
    run();

    assertThat(world.list(ReplicaSet.RESOURCE)).hasSize(2);
    var current =
        world.list(ReplicaSet.RESOURCE).stream()
            .filter(set -> Rollout.size(set) == 1)
            .findFirst()
            .orElseThrow();
    assertThat(current.metadata().annotations())
        .containsEntry(Revisions.REVISION, "3")
        .containsEntry(Revisions.HISTORY, "1");
  }

  @Test
  void recreateEndsAllOldPodsBeforeTheFirstNewOne() throws InterruptedException {
    var recreate = deployment("web", 2, "a");
    recreate =
        recreate.withSpec(
            recreate.spec().withStrategy(recreate.spec().strategy().withType("Recreate")));
    world.create(Deployment.RESOURCE, recreate);
    run();
    for (var pod : world.list(Pod.RESOURCE)) {
      world.change(
          Pod.RESOURCE,
          "default",
          pod.metadata().name(),
          known -> known.withSpec(known.spec().withNodeName("n")));
    }
    setImage("b");
    world.settle();

    assertThat(world.list(Pod.RESOURCE))
        .hasSize(2)
        .allMatch(pod -> pod.metadata().deletionTimestamp() != null);
    run();
    assertThat(world.list(Pod.RESOURCE))
        .hasSize(2)
        .allMatch(pod -> pod.spec().containers().getFirst().image().equals("b"));
  }

  @Test
  void saysSoWhenItsTimeRunsOut() throws InterruptedException {
    world.create(Deployment.RESOURCE, deployment("web", 1, "a"));
    world.settle();
    world.pass(Duration.ofSeconds(602));

    assertThat(world.get(Deployment.RESOURCE, "default", "web").status().conditions())
        .anyMatch(
            condition ->
                condition.reason().equals("ProgressDeadlineExceeded")
                    && condition.status().equals("False"));
  }

  @Test
  void keepsOnlyAsMuchHistoryAsAskedFor() throws InterruptedException {
    var deployment = deployment("web", 1, "a");
    world.create(
        Deployment.RESOURCE, deployment.withSpec(deployment.spec().withRevisionHistoryLimit(1)));
    run();
    for (var image : List.of("b", "c", "d")) {
      setImage(image);
      run();
    }
    world.change(
        Deployment.RESOURCE,
        "default",
        "web",
        known -> known.withMetadata(known.metadata().withLabels(Map.of("touch", "1"))));
    run();

    assertThat(world.list(ReplicaSet.RESOURCE))
        .extracting(Revisions::revision)
        .containsExactlyInAnyOrder(3L, 4L);
  }

  private void run() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      world.settle();
      world.runPods();
    }
  }

  private void setImage(String image) {
    world.change(
        Deployment.RESOURCE,
        "default",
        "web",
        known -> known.withSpec(known.spec().withTemplate(template(image))));
  }

  static Deployment deployment(String name, int replicas, String image) {
    return Deployment.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withNamespace("default").withName(name))
        .withSpec(
            Deployment.EMPTY.spec().toBuilder()
                .replicas(replicas)
                .selector(LabelSelector.EMPTY.withMatchLabels(Map.of("app", "web")))
                .template(template(image))
                .strategy(Deployment.EMPTY.spec().strategy().withType("RollingUpdate"))
                .progressDeadlineSeconds(600)
                .revisionHistoryLimit(10)
                .build());
  }

  static PodTemplateSpec template(String image) {
    return PodTemplateSpec.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withLabels(Map.of("app", "web")))
        .withSpec(
            PodTemplateSpec.EMPTY
                .spec()
                .withContainers(List.of(Container.EMPTY.withName("main").withImage(image))));
  }
}

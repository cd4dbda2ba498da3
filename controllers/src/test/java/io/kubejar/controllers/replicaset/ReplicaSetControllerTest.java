package io.kubejar.controllers.replicaset;

import static io.kubejar.controllers.testing.Objects.pod;
import static io.kubejar.controllers.testing.Objects.replicaSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.controllers.ownership.ControllerRefs;
import io.kubejar.controllers.testing.World;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplicaSetControllerTest {
  private final World world = new World(ReplicaSetController.forReplicaSets());

  @Test
  void takesOrphansInThatItSelects() throws InterruptedException {
    world.create(Pod.RESOURCE, pod("orphan"));
    var set = world.create(ReplicaSet.RESOURCE, replicaSet("web", 2));
    world.settle();

    assertThat(world.list(Pod.RESOURCE))
        .hasSize(2)
        .allMatch(pod -> ControllerRefs.isControlledBy(pod, set));
  }

  @Test
  void letsGoOfAPodThatItNoLongerSelectsAndReplacesIt() throws InterruptedException {
    var set = world.create(ReplicaSet.RESOURCE, replicaSet("web", 1));
    world.settle();
    var name = world.list(Pod.RESOURCE).getFirst().metadata().name();
    world.change(
        Pod.RESOURCE,
        "default",
        name,
        pod -> pod.withMetadata(pod.metadata().withLabels(Map.of("app", "debug"))));
    world.settle();

    assertThat(ControllerRefs.of(world.get(Pod.RESOURCE, "default", name))).isEmpty();
    assertThat(world.list(Pod.RESOURCE))
        .filteredOn(pod -> ControllerRefs.isControlledBy(pod, set))
        .hasSize(1);
  }

  @Test
  void replacesADeletedPodAndSaysSo() throws InterruptedException {
    world.create(ReplicaSet.RESOURCE, replicaSet("web", 1));
    world.settle();
    var first = world.list(Pod.RESOURCE).getFirst().metadata().name();
    world.delete(Pod.RESOURCE, "default", first);
    world.settle();

    assertThat(world.list(Pod.RESOURCE))
        .singleElement()
        .satisfies(pod -> assertThat(pod.metadata().name()).isNotEqualTo(first));
    assertThat(world.events("web")).hasSize(2).allMatch(it -> it.startsWith("SuccessfulCreate"));
  }

  @Test
  void countsAPodAsAvailableOnlyAfterItsTime() throws InterruptedException {
    var set = replicaSet("web", 1);
    world.create(ReplicaSet.RESOURCE, set.withSpec(set.spec().withMinReadySeconds(30)));
    world.settle();
    world.runPods();
    assertThat(world.get(ReplicaSet.RESOURCE, "default", "web").status().availableReplicas())
        .isZero();
    world.pass(Duration.ofSeconds(31));

    assertThat(world.get(ReplicaSet.RESOURCE, "default", "web").status().availableReplicas())
        .isEqualTo(1);
  }

  @Test
  void shrinksToItsSize() throws InterruptedException {
    world.create(ReplicaSet.RESOURCE, replicaSet("web", 4));
    world.settle();
    world.runPods();
    world.change(
        ReplicaSet.RESOURCE, "default", "web", set -> set.withSpec(set.spec().withReplicas(1)));
    world.settle();
    world.runPods();

    assertThat(world.list(Pod.RESOURCE)).hasSize(1);
    assertThat(world.get(ReplicaSet.RESOURCE, "default", "web").status().replicas()).isEqualTo(1);
  }
}

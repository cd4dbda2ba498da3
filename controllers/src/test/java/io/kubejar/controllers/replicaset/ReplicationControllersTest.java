package io.kubejar.controllers.replicaset;

import static io.kubejar.controllers.testing.Objects.named;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.ReplicationController;
import io.kubejar.api.core.v1.ReplicationControllerSpec;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.controllers.ownership.ControllerRefs;
import io.kubejar.controllers.testing.World;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// ReplicationControllers are kept as ReplicaSets are, and own their pods as what they are.
class ReplicationControllersTest {
  private static final Map<String, String> LABELS = Map.of("app", "web");

  private final World world = new World(ReplicaSetController.forReplicationControllers());

  @Test
  void keepTheirPodsAndSayHowMany() throws InterruptedException {
    var made = world.create(ReplicationController.RESOURCE, controller(3));
    world.settle();
    world.runPods();

    assertThat(world.list(Pod.RESOURCE))
        .hasSize(3)
        .allMatch(pod -> ControllerRefs.isControlledBy(pod, made))
        .extracting(pod -> ControllerRefs.of(pod).map(OwnerReference::kind).orElseThrow())
        .containsOnly("ReplicationController");
    var status = world.get(ReplicationController.RESOURCE, "default", "web").status();
    assertThat(status.replicas()).isEqualTo(3);
    assertThat(status.readyReplicas()).isEqualTo(3);
    assertThat(status.fullyLabeledReplicas()).isEqualTo(3);
    assertThat(world.events("web")).hasSize(3).allMatch(it -> it.startsWith("SuccessfulCreate"));
  }

  @Test
  void becomeSmaller() throws InterruptedException {
    world.create(ReplicationController.RESOURCE, controller(3));
    world.settle();
    world.change(
        ReplicationController.RESOURCE,
        "default",
        "web",
        it -> it.withSpec(it.spec().withReplicas(1)));
    world.settle();

    assertThat(world.list(Pod.RESOURCE)).hasSize(1);
    assertThat(world.get(ReplicationController.RESOURCE, "default", "web").status().replicas())
        .isEqualTo(1);
  }

  private static ReplicationController controller(int replicas) {
    var container = Container.EMPTY.withName("c").withImage("busybox");
    var template =
        PodTemplateSpec.EMPTY
            .withMetadata(ObjectMeta.EMPTY.withLabels(LABELS))
            .withSpec(PodSpec.EMPTY.withContainers(List.of(container)));
    return ReplicationController.EMPTY
        .withMetadata(named("web"))
        .withSpec(
            ReplicationControllerSpec.EMPTY
                .withReplicas(replicas)
                .withSelector(LABELS)
                .withTemplate(template));
  }
}

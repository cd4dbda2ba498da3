package io.kubejar.controllers.nodelifecycle;

import static io.kubejar.controllers.testing.Objects.readyNode;
import static io.kubejar.controllers.testing.Objects.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.coordination.v1.LeaseSpec;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Taint;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.controllers.pods.PodStates;
import io.kubejar.controllers.tainteviction.TaintEvictionController;
import io.kubejar.controllers.testing.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeLifecycleControllerTest {
  private final World world =
      new World(new NodeLifecycleController(), new TaintEvictionController());

  @Test
  void aSilentNodeBecomesUnknownAndTainted() throws InterruptedException {
    world.create(Node.RESOURCE, readyNode("node"));
    world.create(Pod.RESOURCE, tolerating(running("a", "10.0.0.1", true)));
    world.settle();
    world.pass(Duration.ofSeconds(49));
    assertThat(NodeTaints.status(node(), "Ready")).contains("True");
    world.pass(Duration.ofSeconds(1));

    assertThat(NodeTaints.status(node(), "Ready")).contains("Unknown");
    assertThat(node().spec().taints())
        .extracting(taint -> taint.key() + ":" + taint.effect())
        .containsExactlyInAnyOrder(
            "node.kubernetes.io/unreachable:NoSchedule",
            "node.kubernetes.io/unreachable:NoExecute");
    assertThat(PodStates.isReady(world.get(Pod.RESOURCE, "default", "a"))).isFalse();
  }

  @Test
  void aLeaseThatIsRenewedKeepsTheNode() throws InterruptedException {
    world.create(Node.RESOURCE, readyNode("node"));
    world.create(
        Lease.RESOURCE,
        Lease.EMPTY.withMetadata(
            ObjectMeta.EMPTY.withNamespace(NodeReconciler.LEASES).withName("node")));
    for (int i = 0; i < 20; i++) {
      world.change(
          Lease.RESOURCE,
          NodeReconciler.LEASES,
          "node",
          lease -> lease.withSpec(LeaseSpec.EMPTY.withRenewTime(world.clock.instant())));
      world.settle();
      world.pass(Duration.ofSeconds(10));
    }

    assertThat(NodeTaints.status(node(), "Ready")).contains("True");
    assertThat(node().spec().taints()).isEmpty();
  }

  @Test
  void podsLeaveAnUnreachableNodeWhenTheirPatienceEnds() throws InterruptedException {
    world.create(Node.RESOURCE, readyNode("node"));
    world.create(Pod.RESOURCE, tolerating(running("patient", "10.0.0.1", true)));
    world.create(Pod.RESOURCE, running("impatient", "10.0.0.2", true));
    world.settle();
    world.pass(Duration.ofSeconds(51));

    assertThat(PodStates.isBeingDeleted(world.get(Pod.RESOURCE, "default", "impatient"))).isTrue();
    assertThat(PodStates.isBeingDeleted(world.get(Pod.RESOURCE, "default", "patient"))).isFalse();
    world.pass(Duration.ofSeconds(301));
    var gone = world.get(Pod.RESOURCE, "default", "patient");
    assertThat(PodStates.isBeingDeleted(gone)).isTrue();
    assertThat(PodStates.condition(gone, "DisruptionTarget")).isPresent();
  }

  @Test
  void theFirstTaintGoesWhenTheNodeIsReady() throws InterruptedException {
    var taint = Taint.EMPTY.withKey(NodeTaints.NOT_READY).withEffect("NoSchedule");
    var other = Taint.EMPTY.withKey("example.com/mine").withEffect("NoSchedule");
    var node = readyNode("node");
    world.create(Node.RESOURCE, node.withSpec(node.spec().withTaints(List.of(taint, other))));
    world.settle();

    assertThat(node().spec().taints()).containsExactly(other);
  }

  private Node node() {
    return world.get(Node.RESOURCE, "", "node");
  }

  private static Pod tolerating(Pod pod) {
    var toleration =
        Toleration.EMPTY
            .withKey(NodeTaints.UNREACHABLE)
            .withOperator("Exists")
            .withEffect("NoExecute")
            .withTolerationSeconds(300L);
    return pod.withSpec(pod.spec().withTolerations(List.of(toleration)));
  }
}

package io.kubejar.scheduler;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Affinity;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerPort;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeSpec;
import io.kubejar.api.core.v1.PodAffinityTerm;
import io.kubejar.api.core.v1.PodAntiAffinity;
import io.kubejar.api.core.v1.PodSchedulingGate;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.Taint;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.api.core.v1.TopologySpreadConstraint;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  private final World world = new World();

  @Test
  void bindsAPodToTheOnlyNode() throws InterruptedException {
    world.addNode("n1", "4");
    world.addPod("web", "1");

    world.run();

    assertThat(world.nodeOf("web")).isEqualTo("n1");
    assertThat(world.events)
        .containsExactly("web Normal Scheduled: Successfully assigned default/web to n1");
  }

  @Test
  void spreadsPodsOverNodesByWhatIsLeft() throws InterruptedException {
    world.addNode("n1", "4");
    world.addNode("n2", "4");
    world.addPod("a", "1");
    world.addPod("b", "1");

    world.run();

    assertThat(List.of(world.nodeOf("a"), world.nodeOf("b"))).containsExactlyInAnyOrder("n1", "n2");
  }

  @Test
  void saysPerReasonHowManyNodesAreOutOfTheQuestion() throws InterruptedException {
    world.addNode("n1", "1");
    world.addNode("n2", "4", node -> node.withSpec(tainted()));
    world.addNode("n3", "4", node -> node.withSpec(tainted()));
    world.addPod("web", "2");

    world.run();

    assertThat(world.events)
        .containsExactly(
            "web Warning FailedScheduling: 0/3 nodes are available: 1 Insufficient cpu, "
                + "2 node(s) had untolerated taint(s). no new claims to deallocate, "
                + "preemption: 0/3 nodes are available: "
                + "3 Preemption is not helpful for scheduling.");
  }

  @Test
  void writesTheConditionOfAPodThatFitsNowhere() throws InterruptedException {
    world.addNode("n1", "1");
    world.addPod("web", "2");

    world.run();

    assertThat(world.patches).hasSize(1);
    assertThat(world.patches.getFirst().json())
        .contains("\"type\":\"PodScheduled\"")
        .contains("\"reason\":\"Unschedulable\"")
        .contains("0/1 nodes are available: 1 Insufficient cpu.");
    assertThat(world.patches.getFirst().subresource()).isEqualTo("status");
  }

  @Test
  void explainsEveryVerdict() throws InterruptedException {
    world.addNode("n1", "1");
    world.addPod("web", "2");

    world.run();

    var explanation = world.scheduler.explain(World.key("web")).orElseThrow();
    assertThat(explanation.verdicts())
        .containsExactly(
            new Explanation.NodeVerdict(
                "n1", "NodeResourcesFit", List.of("Insufficient cpu"), true));
  }

  @Test
  void placesAWaitingPodWhenAnotherOneGoes() throws InterruptedException {
    world.addNode("n1", "2");
    world.addPod("first", "2");
    world.run();
    world.addPod("second", "2");
    world.run();
    assertThat(world.nodeOf("second")).isEmpty();

    world.pods.remove(World.key("first"));
    world.run();
    assertThat(world.nodeOf("second")).as("waits out its back-off").isEmpty();
    world.clock.advance(ofSeconds(1));
    world.run();

    assertThat(world.nodeOf("second")).isEqualTo("n1");
  }

  @Test
  void leavesAWaitingPodAloneWhenAChangeCannotHelpIt() throws InterruptedException {
    world.addNode("n1", "2");
    world.addPod("web", "4");
    world.run();
    world.clock.advance(ofSeconds(20));

    world.changeNode("n1", spec -> tainted());
    world.changeNode("n1", spec -> spec.withTaints(List.of()));
    world.run();

    assertThat(world.events).hasSize(1);
  }

  @Test
  void triesAPodOnANodeThatComesLater() throws InterruptedException {
    world.addPod("web", "1");
    world.run();
    assertThat(world.events)
        .containsExactly("web Warning FailedScheduling: no nodes available to schedule pods");

    world.clock.advance(ofSeconds(2));
    world.addNode("n1", "4");
    world.run();

    assertThat(world.nodeOf("web")).isEqualTo("n1");
  }

  @Test
  void waitsUntilTheCordonIsLifted() throws InterruptedException {
    world.addNode("n1", "4", node -> node.withSpec(node.spec().withUnschedulable(true)));
    world.addPod("web", "1");
    world.run();
    assertThat(world.events.getFirst()).contains("1 node(s) were unschedulable.");

    world.clock.advance(ofSeconds(2));
    world.changeNode("n1", spec -> spec.withUnschedulable(false));
    world.run();

    assertThat(world.nodeOf("web")).isEqualTo("n1");
  }

  @Test
  void letsTolerantPodsOntoTaintedNodes() throws InterruptedException {
    world.addNode("n1", "4", node -> node.withSpec(tainted()));
    world.addPod(
        "web",
        "1",
        spec ->
            spec.withTolerations(
                List.of(Toleration.builder().key("dedicated").operator("Exists").build())));

    world.run();

    assertThat(world.nodeOf("web")).isEqualTo("n1");
  }

  @Test
  void followsTheNodeSelector() throws InterruptedException {
    world.addNode("n1", "4");
    world.addNode("n2", "4", node -> labelled(node, "disk", "ssd"));
    world.addPod("web", "1", spec -> spec.withNodeSelector(Map.of("disk", "ssd")));
    world.addPod("odd", "1", spec -> spec.withNodeSelector(Map.of("disk", "tape")));

    world.run();

    assertThat(world.nodeOf("web")).isEqualTo("n2");
    assertThat(world.events)
        .anyMatch(event -> event.contains("2 node(s) didn't match Pod's node affinity/selector."));
  }

  @Test
  void givesAHostPortToOnePodOnly() throws InterruptedException {
    world.addNode("n1", "4");
    world.addPod("first", "1", SchedulerTest::withHostPort);
    world.addPod("second", "1", SchedulerTest::withHostPort);

    world.run();

    assertThat(world.events.getLast())
        .contains("1 node(s) didn't have free ports for the requested pod ports.");
  }

  @Test
  void triesTheMoreImportantPodFirst() throws InterruptedException {
    world.addNode("n1", "1");
    world.addPod("low", "1", spec -> spec.withPriority(1));
    world.addPod("high", "1", spec -> spec.withPriority(100));

    world.run();

    assertThat(world.nodeOf("high")).isEqualTo("n1");
    assertThat(world.nodeOf("low")).isEmpty();
  }

  @Test
  void evictsTheLeastImportantPodForAnImportantOne() throws InterruptedException {
    world.addNode("n1", "2");
    world.addPod("low", "1", spec -> spec.withPriority(1));
    world.addPod("middle", "1", spec -> spec.withPriority(50));
    world.run();

    var high = world.addPod("high", "1", spec -> spec.withPriority(100));
    world.run();

    assertThat(world.deleted).containsExactly(World.key("low"));
    assertThat(world.events)
        .contains(
            "low Normal Preempted: Preempted by pod %s on node n1"
                .formatted(high.metadata().uid()));
    assertThat(world.patches).anyMatch(patch -> patch.json().contains("PreemptionByScheduler"));
    assertThat(world.patches)
        .anyMatch(patch -> patch.json().contains("\"nominatedNodeName\":\"n1\""));
  }

  @Test
  void keepsThePromisedRoomFreeFromLesserPods() throws InterruptedException {
    world.addNode("n1", "1");
    world.addPod("low", "1", spec -> spec.withPriority(1));
    world.run();
    world.addPod("high", "1", spec -> spec.withPriority(100));
    world.run();

    world.pods.remove(World.key("low"));
    world.addPod("late", "1", spec -> spec.withPriority(2));
    world.run();
    assertThat(world.nodeOf("late")).isEmpty();
    world.clock.advance(ofSeconds(1));
    world.run();

    assertThat(world.nodeOf("high")).isEqualTo("n1");
  }

  @Test
  void evictsNobodyForAnEquallyImportantPod() throws InterruptedException {
    world.addNode("n1", "1");
    world.addPod("first", "1");
    world.addPod("second", "1");

    world.run();

    assertThat(world.deleted).isEmpty();
    assertThat(world.events.getLast())
        .endsWith(
            "preemption: 0/1 nodes are available: "
                + "1 No preemption victims found for incoming pod.");
  }

  @Test
  void doesNotTryAPodBeforeItsGatesAreGone() throws InterruptedException {
    world.addNode("n1", "4");
    var gate = PodSchedulingGate.builder().name("example.com/wait").build();
    var pod = world.addPod("web", "1", spec -> spec.withSchedulingGates(List.of(gate)));
    world.run();
    assertThat(world.events).isEmpty();

    world.pods.put(pod.withSpec(pod.spec().withSchedulingGates(List.of())));
    world.run();

    assertThat(world.nodeOf("web")).isEqualTo("n1");
  }

  @Test
  void triesAgainAfterARefusedBinding() throws InterruptedException {
    world.addNode("n1", "1");
    world.refuseBinding = ApiException.internal("no room in the store");
    world.addPod("web", "1");
    world.run();
    assertThat(world.nodeOf("web")).isEmpty();

    world.clock.advance(ofMillis(999));
    world.run();
    assertThat(world.nodeOf("web")).isEmpty();
    world.clock.advance(ofMillis(1));
    world.run();

    assertThat(world.nodeOf("web")).isEqualTo("n1");
  }

  @Test
  void ignoresPodsOfOtherSchedulersButCountsWhatTheyUse() throws InterruptedException {
    world.addNode("n1", "1");
    world.addPod("theirs", "1", spec -> spec.withSchedulerName("other").withNodeName("n1"));
    world.addPod("unplaced", "1", spec -> spec.withSchedulerName("other"));
    world.addPod("ours", "1");

    world.run();

    assertThat(world.nodeOf("unplaced")).isEmpty();
    assertThat(world.events).singleElement().asString().contains("1 Insufficient cpu");
  }

  @Test
  void keepsPodsApartThatDoNotWantToMeet() throws InterruptedException {
    world.addNode("n1", "8");
    world.addNode("n2", "8");
    world.addPod("web-1", "1", SchedulerTest::apartFromItsKind);
    world.addPod("web-2", "1", SchedulerTest::apartFromItsKind);
    world.addPod("web-3", "1", SchedulerTest::apartFromItsKind);

    world.run();

    assertThat(world.events.getLast()).contains("2 node(s) didn't match pod anti-affinity rules.");
    assertThat(List.of(world.nodeOf("web-1"), world.nodeOf("web-2")))
        .containsExactlyInAnyOrder("n1", "n2");
  }

  @Test
  void keepsTheSkewBetweenHostsWithinItsLimit() throws InterruptedException {
    world.addNode("n1", "8");
    world.addNode("n2", "1");
    for (int i = 0; i < 4; i++) {
      world.addPod("web-" + i, "1", SchedulerTest::evenly);
    }

    world.run();

    assertThat(world.events.getLast())
        .contains("1 Insufficient cpu")
        .contains("1 node(s) didn't match pod topology spread constraints");
  }

  private static PodSpec apartFromItsKind(PodSpec spec) {
    var term =
        PodAffinityTerm.builder()
            .topologyKey("kubernetes.io/hostname")
            .labelSelector(LabelSelector.builder().matchLabels(Map.of("app", "web")).build())
            .build();
    var apart =
        PodAntiAffinity.builder()
            .requiredDuringSchedulingIgnoredDuringExecution(List.of(term))
            .build();
    return spec.withAffinity(Affinity.builder().podAntiAffinity(apart).build());
  }

  private static PodSpec evenly(PodSpec spec) {
    return spec.withTopologySpreadConstraints(
        List.of(
            TopologySpreadConstraint.builder()
                .maxSkew(1)
                .topologyKey("kubernetes.io/hostname")
                .whenUnsatisfiable("DoNotSchedule")
                .labelSelector(LabelSelector.builder().matchLabels(Map.of("app", "web")).build())
                .build()));
  }

  private static PodSpec withHostPort(PodSpec spec) {
    var port = ContainerPort.builder().containerPort(80).hostPort(8080).protocol("TCP").build();
    return spec.withContainers(
        List.of(Container.builder().name("main").image("app").ports(List.of(port)).build()));
  }

  private static NodeSpec tainted() {
    var taint = Taint.builder().key("dedicated").value("db").effect("NoSchedule").build();
    return NodeSpec.builder().taints(List.of(taint)).build();
  }

  private static Node labelled(Node node, String key, String value) {
    var labels = new HashMap<>(node.metadata().labels());
    labels.put(key, value);
    return node.withMetadata(node.metadata().withLabels(labels));
  }
}

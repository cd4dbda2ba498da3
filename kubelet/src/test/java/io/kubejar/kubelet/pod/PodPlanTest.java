package io.kubejar.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerResizePolicy;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.PodStatus;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.kubelet.pod.PodAction.Cause;
import io.kubejar.kubelet.pod.PodAction.CreateSandbox;
import io.kubejar.kubelet.pod.PodAction.RemoveContainer;
import io.kubejar.kubelet.pod.PodAction.ResizeContainer;
import io.kubejar.kubelet.pod.PodAction.StartContainer;
import io.kubejar.kubelet.pod.PodAction.StopContainer;
import io.kubejar.kubelet.pod.PodAction.StopSandbox;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class PodPlanTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final SeenSandbox SANDBOX =
      new SeenSandbox("s", 0, true, NOW, List.of("10.0.0.2"));

  private final BackOffs backOffs = new BackOffs();

  @Test
  void beginsWithASandbox() {
    assertThat(plan(pod("Always"), SeenPod.NOTHING)).containsExactly(new CreateSandbox(0));
  }

  @Test
  void startsEveryContainerInTheSandbox() {
    assertThat(plan(pod("Always"), seen()))
        .containsExactly(
            new StartContainer(container("a"), false, 0),
            new StartContainer(container("b"), false, 0));
  }

  @Test
  void runsInitContainersFirstAndOneByOne() {
    var pod = withInit(pod("Always"), container("i1"), container("i2"));

    assertThat(plan(pod, seen())).containsExactly(new StartContainer(container("i1"), true, 0));
    assertThat(plan(pod, seen(running("i1")))).isEmpty();
    assertThat(plan(pod, seen(exited("i1", 0, 0))))
        .containsExactly(new StartContainer(container("i2"), true, 0));
  }

  @Test
  void waitsForASidecarOnlyUntilItHasStarted() {
    var sidecar = container("side").withRestartPolicy("Always");
    var pod = withInit(pod("Always"), sidecar);

    assertThat(plan(pod, seen(running("side")))).isEmpty();
    assertThat(plan(pod, seen(running("side")), knowledge(Set.of("side-0"))))
        .extracting(PodPlanTest::name)
        .containsExactly("a", "b");
  }

  @Test
  void restartsAsThePolicySays() {
    var failed = seen(exited("a", 0, 1), exited("b", 0, 0));

    assertThat(plan(pod("Always"), failed)).extracting(PodPlanTest::name).containsExactly("a", "b");
    assertThat(plan(pod("OnFailure"), failed)).extracting(PodPlanTest::name).containsExactly("a");
    assertThat(plan(pod("Never"), failed)).containsExactly(new StopSandbox(SANDBOX));
  }

  @Test
  void waitsLongerAfterEachCrash() {
    var pod = pod("Always");
    var seen = seen(exited("a", 1, 1), running("b"));
    backOffs.next(PodPlan.backOffKey(pod, container("a")), NOW.minusSeconds(4));

    var plan = PodPlan.of(pod, seen, knowledge(Set.of()));

    assertThat(plan.actions()).isEmpty();
    assertThat(plan.checkAgain()).contains(Duration.ofSeconds(10));
  }

  @Test
  void restartsAContainerWhoseLivenessProbeFailed() {
    var failed =
        new PodKnowledge(
            NOW,
            false,
            Set.of(),
            Set.of(),
            Map.of("a-0", Cause.LIVENESS_FAILED),
            Map.of(),
            backOffs);

    assertThat(plan(pod("Always"), seen(running("a"), running("b")), failed))
        .singleElement()
        .satisfies(
            action ->
                assertThat(((StopContainer) action).message())
                    .isEqualTo("Container a failed liveness probe, will be restarted"));
  }

  @Test
  void restartsAContainerWhoseImageChanged() {
    var pod = pod("Always");
    var changed =
        pod.withSpec(
            pod.spec().withContainers(List.of(container("a").withImage("other"), container("b"))));

    assertThat(plan(changed, seen(running("a"), running("b"))))
        .singleElement()
        .satisfies(
            action -> assertThat(((StopContainer) action).cause()).isEqualTo(Cause.SPEC_CHANGED));
  }

  @Test
  void endsTheContainersBeforeTheirSidecarsAndTheSandboxLast() {
    var pod = withInit(pod("Always"), container("side").withRestartPolicy("Always"));
    var ending = new PodKnowledge(NOW, true, Set.of(), Set.of(), Map.of(), Map.of(), backOffs);

    assertThat(plan(pod, seen(running("side"), running("a")), ending))
        .extracting(PodPlanTest::name)
        .containsExactly("a");
    assertThat(plan(pod, seen(running("side"), exited("a", 0, 0)), ending))
        .extracting(PodPlanTest::name)
        .containsExactly("side");
    assertThat(plan(pod, seen(exited("side", 0, 0), exited("a", 0, 0)), ending))
        .containsExactly(new StopSandbox(SANDBOX));
  }

  @Test
  void makesANewSandboxAfterTheOldOneDied() {
    var dead = new SeenSandbox("s", 0, false, NOW, List.of());
    var running = new SeenPod(List.of(dead), List.of(running("a")));

    assertThat(plan(pod("Always"), running)).extracting(PodPlanTest::name).containsExactly("a");
    assertThat(plan(pod("Always"), new SeenPod(List.of(dead), List.of())))
        .containsExactly(new CreateSandbox(1));
  }

  @Test
  void keepsOneDeadContainerForItsLog() {
    var seen = seen(running("a", 3), exited("a", 2, 1), exited("a", 1, 1), running("b"));

    assertThat(plan(pod("Always"), seen)).containsExactly(new RemoveContainer(exited("a", 1, 1)));
  }

  private List<PodAction> plan(Pod pod, SeenPod seen) {
    return plan(pod, seen, knowledge(Set.of()));
  }

  private static List<PodAction> plan(Pod pod, SeenPod seen, PodKnowledge knowledge) {
    return PodPlan.of(pod, seen, knowledge).actions();
  }

  @Test
  void resizesARunningContainerInPlace() {
    var pod = resized(it -> it);

    assertThat(plan(pod, seen(running("a"))).getFirst())
        .isEqualTo(new ResizeContainer(running("a"), pod.spec().containers().getFirst()));
  }

  @Test
  void restartsAContainerThatAsksForItWhenResized() {
    var policy =
        ContainerResizePolicy.EMPTY.withResourceName("cpu").withRestartPolicy("RestartContainer");
    var pod = resized(it -> it.withResizePolicy(List.of(policy)));

    assertThat(plan(pod, seen(running("a"))).getFirst())
        .isEqualTo(
            new StopContainer(
                running("a"),
                Cause.RESIZED,
                "Container a resize requires restart",
                Optional.empty()));
  }

  @Test
  void leavesAContainerAloneThatHasWhatItShallHave() {
    var pod = resized(it -> it);
    var wanted = pod.spec().containers().getFirst().resources();
    var knowledge =
        new PodKnowledge(
            NOW,
            false,
            Set.of(),
            Set.of(),
            Map.of(),
            Map.of(),
            backOffs,
            Map.of(running("a").id(), wanted));

    assertThat(plan(pod, seen(running("a")), knowledge))
        .noneMatch(ResizeContainer.class::isInstance);
  }

  /// A pod whose first container runs with less than it shall have by now.
  private static Pod resized(UnaryOperator<Container> change) {
    var pod = pod("Always");
    var wanted = ResourceRequirements.EMPTY.withRequests(Map.of("cpu", Quantity.parse("200m")));
    var containers = new ArrayList<>(pod.spec().containers());
    containers.set(0, change.apply(containers.getFirst().withResources(wanted)));
    var status =
        ContainerStatus.EMPTY
            .withName("a")
            .withContainerID("containerd://" + running("a").id())
            .withResources(wanted.withRequests(Map.of("cpu", Quantity.parse("100m"))));
    return pod.withSpec(pod.spec().withContainers(containers))
        .withStatus(pod.status().withContainerStatuses(List.of(status)));
  }

  private PodKnowledge knowledge(Set<String> started) {
    return new PodKnowledge(NOW, false, started, Set.of(), Map.of(), Map.of(), backOffs);
  }

  private static String name(PodAction action) {
    return switch (action) {
      case StartContainer start -> start.container().name();
      case StopContainer stop -> stop.container().name();
      case ResizeContainer resize -> "resize " + resize.wanted().name();
      case RemoveContainer remove -> remove.container().name();
      case CreateSandbox _, StopSandbox _ -> "sandbox";
    };
  }

  private static Container container(String name) {
    return Container.EMPTY.withName(name).withImage("image");
  }

  private static Pod pod(String policy) {
    return new Pod(
        ObjectMeta.builder().name("pod").namespace("default").uid("u").build(),
        PodSpec.EMPTY
            .withRestartPolicy(policy)
            .withContainers(List.of(container("a"), container("b"))),
        PodStatus.EMPTY);
  }

  private static Pod withInit(Pod pod, Container... init) {
    return pod.withSpec(pod.spec().withInitContainers(List.of(init)));
  }

  private static SeenPod seen(SeenContainer... containers) {
    return new SeenPod(List.of(SANDBOX), List.of(containers));
  }

  private static SeenContainer running(String name) {
    return running(name, 0);
  }

  private static SeenContainer running(String name, int attempt) {
    return seen(name, attempt, SeenContainer.State.RUNNING, 0);
  }

  private static SeenContainer exited(String name, int attempt, int code) {
    return seen(name, attempt, SeenContainer.State.EXITED, code);
  }

  private static SeenContainer seen(String name, int attempt, SeenContainer.State state, int code) {
    boolean ended = state == SeenContainer.State.EXITED;
    return new SeenContainer(
        name + "-" + attempt,
        "s",
        name,
        attempt,
        state,
        NOW,
        NOW,
        ended ? NOW : null,
        code,
        "",
        "",
        "image",
        "image",
        PodFacts.hash(container(name)),
        "/log");
  }
}

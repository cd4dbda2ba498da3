package io.kubejar.simulation.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.api.core.v1.PodReadinessGate;
import io.kubejar.api.core.v1.PodStatus;
import io.kubejar.simulation.nodes.PodScript.Exit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PodLifeTest {
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  private static final int FOREVER = Integer.MAX_VALUE;

  @Test
  void withoutAScriptAPodIsReadyAtOnce() {
    var life = live(pod("Always"), PodScript.AT_ONCE, START);

    assertThat(life.status().phase()).isEqualTo("Running");
    assertThat(condition(life, "Ready")).isEqualTo("True");
    assertThat(life.status().podIP()).isEqualTo("10.0.0.1");
    assertThat(life.until()).isNull();
  }

  @Test
  void aPodTakesItsTimeToStartAndToBecomeReady() {
    var script =
        PodScript.AT_ONCE
            .withStartAfter(Duration.ofSeconds(5))
            .withReadyAfter(Duration.ofSeconds(20));

    var pulling = live(pod("Always"), script, START);
    assertThat(pulling.status().phase()).isEqualTo("Pending");
    assertThat(first(pulling).state().waiting()).returns("ContainerCreating", it -> it.reason());
    assertThat(pulling.until()).isEqualTo(START.plusSeconds(5));

    var running = live(with(pulling, "Always"), script, START.plusSeconds(5));
    assertThat(running.status().phase()).isEqualTo("Running");
    assertThat(condition(running, "Ready")).isEqualTo("False");
    assertThat(running.until()).isEqualTo(START.plusSeconds(25));

    var ready = live(with(running, "Always"), script, START.plusSeconds(25));
    assertThat(condition(ready, "Ready")).isEqualTo("True");
    assertThat(ready.until()).isNull();
  }

  @Test
  void aCrashingContainerIsRestartedAtOnceThenAfterPausesThatDouble() {
    var script = PodScript.AT_ONCE.withExit(new Exit(Duration.ofSeconds(1), 3, FOREVER));
    var runs = new ArrayList<Duration>();
    var pod = pod("Always");
    @Nullable Instant now = START;
    while (now != null && runs.size() < 9) {
      var life = live(pod, script, now);
      var running = first(life).state().running();
      if (running != null && now.equals(running.startedAt())) {
        runs.add(Duration.between(START, now));
      } else {
        assertThat(first(life).state().waiting()).returns("CrashLoopBackOff", it -> it.reason());
        assertThat(first(life).lastState().terminated()).returns(3, it -> it.exitCode());
      }
      pod = with(life, "Always");
      now = life.until();
    }

    assertThat(runs.stream().map(Duration::toSeconds))
        .containsExactly(0L, 1L, 12L, 33L, 74L, 155L, 316L, 617L, 918L);
    assertThat(pod.status().containerStatuses().getFirst().restartCount()).isEqualTo(8);
  }

  @Test
  void afterAsManyCrashesAsTheScriptSaysTheContainerStays() {
    var script = PodScript.AT_ONCE.withExit(new Exit(Duration.ofSeconds(1), 1, 1));

    var first = live(pod("Always"), script, START);
    var second = live(with(first, "Always"), script, START.plusSeconds(1));

    assertThat(first(second).restartCount()).isEqualTo(1);
    assertThat(condition(second, "Ready")).isEqualTo("True");
    assertThat(second.until()).isNull();
  }

  @Test
  void aPodThatIsNotRestartedEndsAsItsContainersDo() {
    var well = PodScript.AT_ONCE.withExit(new Exit(Duration.ofSeconds(2), 0, FOREVER));
    var badly = PodScript.AT_ONCE.withExit(new Exit(Duration.ofSeconds(2), 7, FOREVER));

    assertThat(after(pod("Never"), well, 2).phase()).isEqualTo("Succeeded");
    assertThat(after(pod("Never"), badly, 2).phase()).isEqualTo("Failed");
    assertThat(after(pod("OnFailure"), well, 2).phase()).isEqualTo("Succeeded");
    assertThat(after(pod("OnFailure"), badly, 2).phase()).isEqualTo("Running");
  }

  @Test
  void aPodThatEndedIsLeftAlone() {
    var done = pod("Never").withStatus(Pod.EMPTY.status().withPhase("Succeeded"));

    var life = live(done, PodScript.AT_ONCE, START);

    assertThat(life.status()).isEqualTo(done.status());
    assertThat(life.until()).isNull();
    assertThat(life.gone()).isFalse();
  }

  @Test
  void aDeletedPodEndsItsContainersAndGoesAfterAWhileButNotAfterItsGracePeriod() {
    var running = with(live(pod("Always"), PodScript.AT_ONCE, START), "Always");
    var deleted =
        running.withMetadata(
            running
                .metadata()
                .withDeletionTimestamp(START.plusSeconds(40))
                .withDeletionGracePeriodSeconds(30L));
    var slow = PodScript.AT_ONCE.withTerminateAfter(Duration.ofSeconds(20));
    var slower = PodScript.AT_ONCE.withTerminateAfter(Duration.ofSeconds(90));

    var waiting = live(deleted, slow, START.plusSeconds(10));
    assertThat(waiting.gone()).isFalse();
    assertThat(waiting.until()).isEqualTo(START.plusSeconds(30));
    assertThat(live(deleted, slower, START.plusSeconds(10)).until())
        .isEqualTo(START.plusSeconds(40));

    var gone = live(deleted, slow, START.plusSeconds(30));
    assertThat(gone.gone()).isTrue();
    assertThat(gone.status().phase()).isEqualTo("Failed");
    assertThat(first(gone).state().terminated()).returns(137, it -> it.exitCode());
  }

  @Test
  void aClosedReadinessGateKeepsThePodUnready() {
    var gate = PodReadinessGate.EMPTY.withConditionType("example.com/open");
    var gated = pod("Always");
    gated = gated.withSpec(gated.spec().withReadinessGates(List.of(gate)));

    var closed = live(gated, PodScript.AT_ONCE, START);
    assertThat(condition(closed, "ContainersReady")).isEqualTo("True");
    assertThat(condition(closed, "Ready")).isEqualTo("False");

    var opened = new ArrayList<>(closed.status().conditions());
    opened.add(PodCondition.EMPTY.withType("example.com/open").withStatus("True"));
    var open =
        live(gated.withStatus(closed.status().withConditions(opened)), PodScript.AT_ONCE, START);
    assertThat(condition(open, "Ready")).isEqualTo("True");
  }

  private static PodStatus after(Pod pod, PodScript script, int seconds) {
    var first = live(pod, script, START);
    return live(pod.withStatus(first.status()), script, START.plusSeconds(seconds)).status();
  }

  private static PodLife live(Pod pod, PodScript script, Instant now) {
    return PodLife.of(pod, script, now, () -> "10.0.0.1");
  }

  private static ContainerStatus first(PodLife life) {
    return life.status().containerStatuses().getFirst();
  }

  private static String condition(PodLife life, String type) {
    return life.status().conditions().stream()
        .filter(it -> it.type().equals(type))
        .map(PodCondition::status)
        .findFirst()
        .orElse("absent");
  }

  private static Pod with(PodLife life, String policy) {
    return pod(policy).withStatus(life.status());
  }

  private static Pod pod(String policy) {
    return Pod.EMPTY.withSpec(
        Pod.EMPTY
            .spec()
            .withRestartPolicy(policy)
            .withNodeName("node-0")
            .withContainers(List.of(Container.EMPTY.withName("main").withImage("web"))));
  }
}

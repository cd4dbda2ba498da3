package io.kubejar.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.PodSchedulingGate;
import io.kubejar.apimachinery.ApiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What a scheduler tells of its work.
class SchedulerWatcherTest {
  private final Told told = new Told();
  private final World world = new World(told);

  /// Remembers what it was told.
  private static final class Told implements SchedulerWatcher {
    private final List<String> queued = new ArrayList<>();
    private final List<String> attempts = new ArrayList<>();
    private final List<String> bound = new ArrayList<>();
    private final List<String> stages = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final Map<String, Integer> evaluated = new TreeMap<>();
    private int victims;

    @Override
    public void attempted(Attempt outcome, Duration took) {
      attempts.add(outcome.name());
    }

    @Override
    public void bound(int attempts, Duration sinceFirst) {
      bound.add(attempts + " in " + sinceFirst);
    }

    @Override
    public void preempted(int count) {
      victims += count;
    }

    @Override
    public void queued(String queue, String event) {
      queued.add(queue + " " + event);
    }

    @Override
    public void stage(String point, String status, Duration took) {
      stages.add(point + " " + status);
    }

    @Override
    public void evaluated(String plugin, String point, int times) {
      evaluated.merge(point + " " + plugin, times, Integer::sum);
    }

    @Override
    public void called(String type, boolean success, Duration took) {
      calls.add(type + " " + success);
    }
  }

  @Test
  void tellsOfAPodThatIsBound() throws InterruptedException {
    world.addNode("n1", "4");
    world.addNode("n2", "4");
    world.addPod("web", "1");

    world.run();

    assertThat(told.queued).containsExactly("active UnschedulablePodAdd");
    assertThat(told.attempts).containsExactly("SCHEDULED");
    assertThat(told.bound).containsExactly("1 in PT0S");
    assertThat(told.calls).containsExactly("pod_binding true");
    assertThat(told.stages)
        .containsExactly("PreFilter Success", "Filter Success", "Score Success", "Bind Success");
    assertThat(told.evaluated)
        .containsEntry("PreFilter NodeResourcesFit", 1)
        .containsEntry("Filter NodeResourcesFit", 2)
        .containsEntry("Score NodeResourcesFit", 2);
  }

  @Test
  void tellsOfAPodThatFindsANodeLater() throws InterruptedException {
    world.addNode("n1", "1");
    world.addPod("web", "2");
    world.run();

    assertThat(told.attempts).containsExactly("UNSCHEDULABLE");
    assertThat(world.scheduler.counts().unschedulable()).isEqualTo(1);
    assertThat(world.scheduler.counts().rejected()).containsEntry("NodeResourcesFit", 1);

    world.clock.advance(Duration.ofSeconds(5));
    world.addNode("n2", "4");
    world.run();

    assertThat(told.queued)
        .containsExactly(
            "active UnschedulablePodAdd", "unschedulable ScheduleAttemptFailure", "active NodeAdd");
    assertThat(told.attempts).containsExactly("UNSCHEDULABLE", "SCHEDULED");
    assertThat(told.bound).containsExactly("2 in PT5S");
    assertThat(world.scheduler.counts().unschedulable()).isZero();
    assertThat(world.scheduler.counts().rejected()).containsEntry("NodeResourcesFit", 0);
  }

  @Test
  void tellsOfARefusedBindingAndOfTheWaitAfterIt() throws InterruptedException {
    world.addNode("n1", "4");
    world.addPod("web", "1");
    world.refuseBinding = ApiException.badRequest("no");
    world.run();

    assertThat(told.attempts).containsExactly("ERROR");
    assertThat(told.calls).containsExactly("pod_binding false", "pod_status_patch true");
    assertThat(world.scheduler.counts().backoff()).isEqualTo(1);

    world.clock.advance(Duration.ofSeconds(2));
    world.run();

    assertThat(told.queued)
        .containsExactly(
            "active UnschedulablePodAdd",
            "backoff ScheduleAttemptFailure",
            "active BackoffComplete");
    assertThat(told.bound).containsExactly("2 in PT2S");
  }

  @Test
  void tellsOfVictims() throws InterruptedException {
    world.addNode("n1", "2");
    world.addPod("a", "1");
    world.addPod("b", "1");
    world.run();
    world.addPod("important", "2", spec -> spec.withPriority(100));
    world.run();

    assertThat(told.victims).isEqualTo(2);
    assertThat(told.stages).contains("PostFilter Success");
  }

  @Test
  void countsGatedPods() throws InterruptedException {
    world.addPod(
        "gated", "1", spec -> spec.withSchedulingGates(List.of(new PodSchedulingGate("wait"))));
    world.run();

    assertThat(told.queued).containsExactly("gated UnschedulablePodAdd");
    assertThat(world.scheduler.counts().gated()).isEqualTo(1);
    world.pods.remove(World.key("gated"));
    world.run();
    assertThat(world.scheduler.counts().gated()).isZero();
  }
}

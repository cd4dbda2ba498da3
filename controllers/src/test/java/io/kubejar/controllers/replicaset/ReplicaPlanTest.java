package io.kubejar.controllers.replicaset;

import static io.kubejar.controllers.testing.Objects.pod;
import static io.kubejar.controllers.testing.Objects.replicaSet;
import static io.kubejar.controllers.testing.Objects.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.time.VirtualClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplicaPlanTest {
  private static final Instant NOW = VirtualClock.START.plusSeconds(1000);

  @Test
  void createsWhatIsMissingUpToTheBurst() {
    assertThat(plan(3, List.of(pod("a")))).isEqualTo(new ReplicaPlan(2, List.of()));
    assertThat(plan(10_000, List.of())).isEqualTo(new ReplicaPlan(ReplicaPlan.BURST, List.of()));
  }

  @Test
  void doesNotCountPodsThatHaveEndedOrAreGoing() {
    var ended = pod("a").withStatus(pod("a").status().withPhase("Failed"));
    var going = pod("b");
    going = going.withMetadata(going.metadata().withDeletionTimestamp(NOW));

    assertThat(plan(1, List.of(ended, going))).isEqualTo(new ReplicaPlan(1, List.of()));
  }

  @Test
  void deletesPendingPodsBeforeRunningOnes() {
    var runs = running("a", "10.0.0.1", true);
    var waits = pod("b");

    assertThat(plan(1, List.of(runs, waits))).isEqualTo(new ReplicaPlan(0, List.of(waits)));
  }

  @Test
  void deletesPodsThatAreNotReadyBeforeReadyOnes() {
    var ready = running("a", "10.0.0.1", true);
    var notReady = running("b", "10.0.0.2", false);

    assertThat(plan(1, List.of(ready, notReady)).delete()).containsExactly(notReady);
  }

  @Test
  void deletesCheapPodsBeforeDearOnes() {
    var dear = withCost(running("a", "10.0.0.1", true), "10");
    var cheap = withCost(running("b", "10.0.0.2", true), "-10");
    var usual = running("c", "10.0.0.3", true);

    assertThat(plan(1, List.of(dear, cheap, usual)).delete()).containsExactly(cheap, usual);
  }

  @Test
  void deletesWhereManyShareANode() {
    var alone = running("a", "10.0.0.1", true);
    alone = alone.withSpec(alone.spec().withNodeName("other"));
    var one = running("b", "10.0.0.2", true);
    var two = running("c", "10.0.0.3", true);

    assertThat(plan(2, List.of(alone, one, two)).delete()).doesNotContain(alone).hasSize(1);
  }

  private static ReplicaPlan plan(int replicas, List<Pod> pods) {
    return ReplicaPlan.of(replicaSet("web", replicas), pods, pods, NOW);
  }

  private static Pod withCost(Pod pod, String cost) {
    return pod.withMetadata(pod.metadata().withAnnotations(Map.of(PodValue.DELETION_COST, cost)));
  }
}

package io.kubejar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeploymentSimulationTest {
  static LongStream seeds() {
    return Seeds.all();
  }

  /// The seed decides everything; a failure names it, and `-Dkubejar.seed` runs it again.
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void reachesTheStateOfAFaultlessRunWhateverGoesWrong(long seed) throws InterruptedException {
    try (var cluster = SimulatedCluster.seeded(seed).with(Faults.MANY)) {
      var story = new DeploymentStory(cluster);

      assertThat(story.tell()).as("seed %d", seed).isEqualTo(Faultless.STATE);
      story.end();
    }
  }

  @Test
  void theSameSeedGivesTheSameRun() throws InterruptedException {
    assertThat(trace(7)).isEqualTo(trace(7));
    assertThat(trace(7)).isNotEqualTo(trace(8));
  }

  @Test
  void theFaultsDoHappen() throws InterruptedException {
    int crashes = 0;
    for (long seed = 0; seed < 5; seed++) {
      try (var cluster = SimulatedCluster.seeded(seed).with(Faults.MANY)) {
        new DeploymentStory(cluster).tell();
        crashes += cluster.crashes();
      }
    }
    assertThat(crashes).isPositive();
  }

  private static String trace(long seed) throws InterruptedException {
    try (var cluster = SimulatedCluster.seeded(seed).with(Faults.MANY)) {
      new DeploymentStory(cluster).tell();
      return cluster.steps() + " " + cluster.crashes() + " " + cluster.clock().instant();
    }
  }

  /// What a run without faults comes to.
  private static final class Faultless {
    static final Map<String, Object> STATE = state();

    private static Map<String, Object> state() {
      try (var cluster = SimulatedCluster.seeded(0)) {
        return new DeploymentStory(cluster).tell();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}

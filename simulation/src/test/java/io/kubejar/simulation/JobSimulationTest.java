package io.kubejar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JobSimulationTest {
  /// Each takes about a second, several times as long as a Deployment's.
  private static final int SEEDS = 50;

  static LongStream seeds() {
    return Seeds.all(SEEDS);
  }

  /// The seed decides everything; a failure names it, and `-Dkubejar.seed` runs it again.
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void reachesTheStateOfAFaultlessRunWhateverGoesWrong(long seed) throws InterruptedException {
    try (var cluster = SimulatedCluster.seeded(seed, JobStory.SCRIPTS).with(Faults.MANY)) {
      var story = new JobStory(cluster);

      assertThat(story.tell()).as("seed %d", seed).isEqualTo(Faultless.STATE);
      story.end();
    }
  }

  @Test
  void theFaultlessRunIsWhatIsWanted() {
    assertThat(Faultless.STATE)
        .asString()
        .contains(
            "plain=[0, 4, 0, , none, 0, 0, [SuccessCriteriaMet=True CompletionsReached,"
                + " Complete=True CompletionsReached]]",
            "indexed=[0, 3, 2, 0,2,3, 1, 0, 0, [FailureTarget=True FailedIndexes, Failed=True"
                + " FailedIndexes]]",
            "doomed=[0, 0, 2, , none, 0, 0, [FailureTarget=True BackoffLimitExceeded, Failed=True"
                + " BackoffLimitExceeded]]")
        .doesNotContain("brief");
  }

  /// What a run without faults comes to.
  private static final class Faultless {
    static final Map<String, Object> STATE = state();

    private static Map<String, Object> state() {
      try (var cluster = SimulatedCluster.seeded(0, JobStory.SCRIPTS)) {
        return new JobStory(cluster).tell();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}

package io.kubejar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// StatefulSets and DaemonSets come to the same end whatever goes wrong on the way.
class SetsSimulationTest {
  private static final Map<Kind, Map<String, Object>> FAULTLESS = new EnumMap<>(Kind.class);

  enum Kind {
    STATEFUL_SET,
    DAEMON_SET;

    Story story(SimulatedCluster cluster) {
      return switch (this) {
        case STATEFUL_SET -> new StatefulSetStory(cluster);
        case DAEMON_SET -> new DaemonSetStory(cluster);
      };
    }
  }

  static Stream<Arguments> runs() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Seeds.some().mapToObj(seed -> Arguments.of(kind, seed)));
  }

  /// The seed decides everything; a failure names it, and `-Dkubejar.seed` runs it again.
  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("runs")
  void reachTheStateOfAFaultlessRunWhateverGoesWrong(Kind kind, long seed)
      throws InterruptedException {
    try (var cluster = SimulatedCluster.seeded(seed).with(Faults.MANY)) {
      var story = kind.story(cluster);

      assertThat(story.tell()).as("seed %d", seed).isEqualTo(faultless(kind));
      story.end();
    }
  }

  @Test
  void theControllersDoCrashInEveryStory() throws InterruptedException {
    for (var kind : Kind.values()) {
      int crashes = 0;
      for (long seed = 0; seed < 5; seed++) {
        try (var cluster = SimulatedCluster.seeded(seed).with(Faults.MANY)) {
          kind.story(cluster).tell();
          crashes += cluster.crashes();
        }
      }
      assertThat(crashes).as(kind.name()).isPositive();
    }
  }

  /// What a run without faults comes to.
  private static Map<String, Object> faultless(Kind kind) throws InterruptedException {
    var known = FAULTLESS.get(kind);
    if (known == null) {
      try (var cluster = SimulatedCluster.seeded(0)) {
        known = kind.story(cluster).tell();
      }
      FAULTLESS.put(kind, known);
    }
    return known;
  }
}

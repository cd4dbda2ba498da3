package io.kubejar.simulation.kubelet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.simulation.nodes.PodScript.Line;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogCursorTest {
  private static final Instant START = Instant.parse("2031-01-01T00:00:00Z");
  private static final List<Line> SCRIPT =
      List.of(line(0, "one"), line(20, "three"), line(10, "two"));

  private final LogCursor cursor = new LogCursor();

  @Test
  void givesEachLineOnceWhenItsTimeHasCome() {
    assertThat(texts(SCRIPT, run(null), 0)).containsExactly("one");
    assertThat(cursor.nextAt(SCRIPT, run(null))).contains(START.plusSeconds(10));
    assertThat(texts(SCRIPT, run(null), 9)).isEmpty();
    assertThat(texts(SCRIPT, run(null), 60)).containsExactly("two", "three");
    assertThat(cursor.nextAt(SCRIPT, run(null))).isEmpty();
  }

  @Test
  void aRunPrintsNothingAfterItsEnd() {
    assertThat(texts(SCRIPT, run(START.plusSeconds(10)), 60)).containsExactly("one", "two");
  }

  @Test
  void linesThatTheScriptGetsLaterAreGivenThen() {
    assertThat(texts(List.of(line(0, "one")), run(null), 5)).containsExactly("one");
    assertThat(texts(List.of(line(0, "one"), line(0, "late")), run(null), 5))
        .containsExactly("late");
  }

  @Test
  void timestampsHaveAllNanoseconds() {
    assertThat(cursor.next(SCRIPT, run(null), START))
        .singleElement()
        .returns("2031-01-01T00:00:00.000000000Z", it -> it.timestamp());
  }

  private List<String> texts(List<Line> script, Run run, int seconds) {
    return cursor.next(script, run, START.plusSeconds(seconds)).stream()
        .map(line -> new String(line.content(), UTF_8))
        .toList();
  }

  private static Run run(@Nullable Instant end) {
    return new Run("main", START, end);
  }

  private static Line line(int after, String text) {
    return new Line(Duration.ofSeconds(after), text);
  }
}

package io.kubejar.apimachinery.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualClockTest {
  private final VirtualClock clock = new VirtualClock();
  private final List<String> ran = new ArrayList<>();

  @Test
  void runsTimersInTheOrderOfTheirDeadlines() {
    clock.schedule(Duration.ofSeconds(2), () -> ran.add("two"));
    clock.schedule(Duration.ofSeconds(1), () -> ran.add("one"));
    clock.schedule(Duration.ofSeconds(1), () -> ran.add("one again"));
    clock.schedule(Duration.ofSeconds(3), () -> ran.add("three"));

    assertThat(clock.advance(Duration.ofSeconds(2))).isEqualTo(3);

    assertThat(ran).containsExactly("one", "one again", "two");
    assertThat(clock.nextDeadline()).contains(VirtualClock.START.plusSeconds(3));
  }

  @Test
  void showsTheDeadlineWhileATimerRuns() {
    clock.schedule(Duration.ofSeconds(1), () -> ran.add(clock.instant().toString()));

    clock.advance(Duration.ofHours(1));

    assertThat(ran).containsExactly(VirtualClock.START.plusSeconds(1).toString());
    assertThat(clock.instant()).isEqualTo(VirtualClock.START.plusSeconds(3600));
  }

  @Test
  void runsTimersThatTimersSet() {
    clock.schedule(
        Duration.ofSeconds(1),
        () -> clock.schedule(Duration.ofSeconds(1), () -> ran.add("second")));

    assertThat(clock.advance(Duration.ofSeconds(2))).isEqualTo(2);
    assertThat(ran).containsExactly("second");
  }

  @Test
  void forgetsCancelledTimers() {
    clock.schedule(Duration.ofSeconds(1), () -> ran.add("never")).cancel();

    assertThat(clock.advanceToNextTimer()).isFalse();
    assertThat(ran).isEmpty();
  }

  @Test
  void neverMovesBack() {
    assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    clock.schedule(Duration.ofSeconds(-5), () -> ran.add(clock.instant().toString()));

    clock.advance(Duration.ZERO);

    assertThat(ran).containsExactly(VirtualClock.START.toString());
  }

  @Test
  void keepsTimersOfTheFarFuture() {
    clock.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> ran.add("never"));

    clock.advance(Duration.ofDays(365_000));

    assertThat(ran).isEmpty();
  }
}

package io.kubejar.apiserver.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.time.VirtualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryAfterTest {
  private final VirtualClock clock = new VirtualClock();
  private final RetryAfter retryAfter = new RetryAfter(clock);

  /// What the last one hears of so many who are refused in one second.
  private int refused(int times) {
    clock.advance(Duration.ofSeconds(1));
    int answer = 0;
    for (int i = 0; i < times; i++) {
      answer = retryAfter.refused("level");
    }
    return answer;
  }

  @Test
  void asksForASecondAtFirst() {
    assertThat(refused(100)).isEqualTo(1);
  }

  @Test
  void doublesUnderPressureUntilHalfAMinute() {
    int longest = 0;
    for (int i = 0; i < 120; i++) {
      longest = Math.max(longest, refused(1000));
    }
    assertThat(refused(1000)).isEqualTo(32);
    assertThat(longest).isEqualTo(32);
  }

  @Test
  void shortensTheTimeWhenFewAreRefused() {
    refused(10);
    assertThat(refused(1)).isEqualTo(2);

    clock.advance(Duration.ofMinutes(5));
    assertThat(refused(1)).isEqualTo(1);
  }

  @Test
  void asksEveryLevelForItsOwnTime() {
    refused(10);
    refused(10);

    assertThat(retryAfter.refused("other")).isEqualTo(1);
  }
}

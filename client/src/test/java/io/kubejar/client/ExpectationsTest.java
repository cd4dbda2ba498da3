package io.kubejar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.VirtualClock;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExpectationsTest {
  private static final ObjectKey KEY = new ObjectKey("default", "set");

  private final VirtualClock clock = new VirtualClock();
  private final Expectations expectations = new Expectations(clock);

  @Test
  void areMetWhenEveryCreationWasSeen() {
    expectations.expectCreations(KEY, 2);
    expectations.creationSeen(KEY);
    assertThat(expectations.met(KEY)).isFalse();
    expectations.creationSeen(KEY);
    assertThat(expectations.met(KEY)).isTrue();
  }

  @Test
  void aDeletionSeenTwiceCountsOnce() {
    expectations.expectDeletions(KEY, Set.of("a", "b"));
    expectations.deletionSeen(KEY, "a");
    expectations.deletionSeen(KEY, "a");
    assertThat(expectations.met(KEY)).isFalse();
    expectations.deletionSeen(KEY, "b");
    assertThat(expectations.met(KEY)).isTrue();
  }

  @Test
  void moreCreationsAreExpectedBesidesThoseNotSeenYet() {
    expectations.expectMoreCreations(KEY, 1);
    expectations.expectMoreCreations(KEY, 1);
    expectations.creationSeen(KEY);
    assertThat(expectations.met(KEY)).isFalse();
  }

  @Test
  void areGivenUpAfterALongTime() {
    expectations.expectCreations(KEY, 1);
    clock.advance(Duration.ofMinutes(4));
    assertThat(expectations.met(KEY)).isFalse();
    clock.advance(Duration.ofMinutes(2));
    assertThat(expectations.met(KEY)).isTrue();
  }
}

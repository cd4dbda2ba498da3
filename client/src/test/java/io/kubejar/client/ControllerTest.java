package io.kubejar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.VirtualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControllerTest {
  private static final ObjectKey KEY = new ObjectKey("default", "a");

  private final VirtualClock clock = new VirtualClock();
  private final List<ObjectKey> seen = new ArrayList<>();
  private final Deque<RuntimeException> failures = new ArrayDeque<>();
  private Outcome outcome = Outcome.done();
  private final Controller controller =
      new Controller(
          "test",
          2,
          key -> {
            seen.add(key);
            if (!failures.isEmpty()) {
              throw failures.removeFirst();
            }
            return outcome;
          },
          clock);

  @Test
  void bringsAKeyThatFailedBackAfterAWait() throws InterruptedException {
    failures.add(ApiException.serviceUnavailable("down"));
    failures.add(new IllegalStateException("a bug"));
    controller.enqueue(KEY);

    assertThat(controller.step()).isTrue();
    assertThat(controller.step()).isFalse();
    clock.advance(Duration.ofMillis(5));
    assertThat(controller.step()).isTrue();
    clock.advance(Duration.ofMillis(5));
    assertThat(controller.step()).isFalse();
    clock.advance(Duration.ofMillis(5));
    assertThat(controller.step()).isTrue();
    clock.advance(Duration.ofHours(1));
    assertThat(controller.step()).isFalse();
    assertThat(seen).containsExactly(KEY, KEY, KEY);
  }

  @Test
  void looksAgainWhenItWasAskedTo() throws InterruptedException {
    outcome = Outcome.checkAgain(Duration.ofSeconds(30), "test");
    controller.enqueue(KEY);
    controller.step();

    clock.advance(Duration.ofSeconds(29));
    assertThat(controller.step()).isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(controller.step()).isTrue();
  }

  @Test
  void hasAsManyWorkersAsAskedFor() {
    assertThat(controller.workers()).hasSize(2);
  }
}

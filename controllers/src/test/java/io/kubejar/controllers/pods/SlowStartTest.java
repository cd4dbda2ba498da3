package io.kubejar.controllers.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.client.Together;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SlowStartTest {
  private final AtomicInteger attempts = new AtomicInteger();

  @ParameterizedTest
  @EnumSource
  void makesAllWhenNothingIsRefused(Together together) throws InterruptedException {
    var outcome = SlowStart.of(20, together, this::succeed);

    assertThat(outcome).isEqualTo(new SlowStart(20, Optional.empty()));
    assertThat(attempts).hasValue(20);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 3", "3, 3", "4, 7", "7, 7", "8, 15", "16, 20"})
  void stopsAfterTheBatchThatMeetsARefusal(int refusedAttempt, int attemptsExpected)
      throws InterruptedException {
    var refusal = refusal();

    var outcome =
        SlowStart.of(
            20,
            Together.IN_ORDER,
            () ->
                attempts.incrementAndGet() == refusedAttempt
                    ? Optional.of(refusal)
                    : Optional.empty());

    assertThat(attempts).hasValue(attemptsExpected);
    assertThat(outcome).isEqualTo(new SlowStart(attemptsExpected - 1, Optional.of(refusal)));
  }

  @Test
  void makesThePodsOfABatchAtOnce() throws InterruptedException {
    var both = new CyclicBarrier(2);

    var outcome =
        SlowStart.of(
            3,
            Together.AT_ONCE,
            () -> {
              if (attempts.incrementAndGet() > 1) {
                meet(both);
              }
              return Optional.empty();
            });

    assertThat(outcome.made()).isEqualTo(3);
  }

  private Optional<ApiException> succeed() {
    attempts.incrementAndGet();
    return Optional.empty();
  }

  private static void meet(CyclicBarrier barrier) throws InterruptedException {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (java.util.concurrent.BrokenBarrierException
        | java.util.concurrent.TimeoutException e) {
      throw new AssertionError("the other pod of the batch waits for this one", e);
    }
  }

  private static ApiException refusal() {
    return new ApiException(Status.EMPTY.withCode(403).withReason("Forbidden"));
  }
}

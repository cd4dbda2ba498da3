package io.kubejar.controllers.job;

import static io.kubejar.controllers.job.Fixtures.NOW;
import static io.kubejar.controllers.job.Fixtures.annotated;
import static io.kubejar.controllers.job.Fixtures.ended;
import static io.kubejar.controllers.job.Fixtures.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "1, 10", "2, 20", "3, 40", "6, 320", "7, 600", "8, 600", "1000000, 600"})
  void doublesWithEveryFailure(int failures, int seconds) {
    assertThat(new Backoff(failures, NOW).remaining(NOW)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void isOverWhenItsTimeHasPassed() {
    var backoff = new Backoff(1, NOW);

    assertThat(backoff.remaining(NOW.plusSeconds(4))).isEqualTo(Duration.ofSeconds(6));
    assertThat(backoff.remaining(NOW.plusSeconds(10))).isZero();
    assertThat(backoff.remaining(NOW.plusSeconds(11))).isZero();
  }

  @Test
  void addsFailuresUntilTheNextSuccess() {
    var first = Backoff.NONE.with(List.of(), List.of(failed(1), failed(3)));
    assertThat(first).isEqualTo(new Backoff(2, NOW.plusSeconds(3)));
    assertThat(first.with(List.of(), List.of())).isEqualTo(first);
    assertThat(first.with(List.of(), List.of(failed(9))).failures()).isEqualTo(3);
    assertThat(first.with(List.of(succeeded(5)), List.of())).isEqualTo(Backoff.NONE);
  }

  @Test
  void countsOnlyFailuresAfterTheLastSuccess() {
    var backoff =
        new Backoff(4, NOW)
            .with(List.of(succeeded(5), succeeded(2)), List.of(failed(3), failed(5), failed(8)));

    assertThat(backoff).isEqualTo(new Backoff(1, NOW.plusSeconds(8)));
  }

  @Test
  void ofAnIndexCountsIgnoredFailuresToo() {
    var last = annotated(annotated(failed(0), JobPods.FAILURES, 1), JobPods.IGNORED_FAILURES, 1);

    assertThat(Backoff.remainingAfter(last, NOW)).isEqualTo(Duration.ofSeconds(40));
  }

  @Test
  void aPodEndsWithItsContainersItsReadinessOrItsDeletion() {
    assertThat(JobPods.endedAt(failed(7))).isEqualTo(NOW.plusSeconds(7));
    var notReady =
        PodCondition.EMPTY
            .withType("Ready")
            .withStatus("False")
            .withLastTransitionTime(NOW.plusSeconds(5));
    var pod = pod("a");
    assertThat(JobPods.endedAt(pod.withStatus(pod.status().withConditions(List.of(notReady)))))
        .isEqualTo(NOW.plusSeconds(5));
    var deleted =
        pod.metadata()
            .withDeletionTimestamp(NOW.plusSeconds(40))
            .withDeletionGracePeriodSeconds(30L);
    assertThat(JobPods.endedAt(pod.withMetadata(deleted))).isEqualTo(NOW.plusSeconds(10));
    assertThat(JobPods.endedAt(pod)).isEqualTo(NOW);
  }

  private static Pod failed(int second) {
    return ended(pod("f" + second), "Failed", 1, NOW.plusSeconds(second));
  }

  private static Pod succeeded(int second) {
    return ended(pod("s" + second), "Succeeded", 0, NOW.plusSeconds(second));
  }
}

package io.kubejar.controllers.disruption;

import static io.kubejar.controllers.testing.Objects.named;
import static io.kubejar.controllers.testing.Objects.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.api.policy.v1.PodDisruptionBudgetSpec;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.time.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetPlanTest {
  private static final Instant NOW = VirtualClock.START;

  @ParameterizedTest
  @CsvSource({
    // expected, healthy, minAvailable, desired, allowed
    "3, 3, 2, 2, 1",
    "3, 2, 2, 2, 0",
    "3, 1, 2, 2, 0",
    "3, 3, 50%, 2, 1",
    "10, 10, 33%, 4, 6",
    "3, 3, 0%, 0, 3",
    "3, 3, 100%, 3, 0",
    "0, 0, 0, 0, 0",
  })
  void keepsAsManyAsMustBeAvailable(
      int expected, int healthy, String least, int desired, int allowed) {
    var plan = plan(budget(spec().withMinAvailable(IntOrString.parse(least))), healthy, expected);

    assertThat(plan.status().desiredHealthy()).isEqualTo(desired);
    assertThat(plan.status().disruptionsAllowed()).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    // expected, healthy, maxUnavailable, desired, allowed
    "3, 3, 1, 2, 1",
    "3, 3, 5, 0, 3",
    "10, 10, 33%, 6, 4",
    "10, 6, 33%, 6, 0",
    "3, 3, 0, 3, 0",
    "0, 1, 50%, 0, 0",
  })
  void letsAsManyGoAsMayBeUnavailable(
      int expected, int healthy, String most, int desired, int allowed) {
    var plan = plan(budget(spec().withMaxUnavailable(IntOrString.parse(most))), healthy, expected);

    assertThat(plan.status().desiredHealthy()).isEqualTo(desired);
    assertThat(plan.status().disruptionsAllowed()).isEqualTo(allowed);
  }

  @Test
  void saysWhetherPodsMayGoAndSinceWhen() {
    var budget = budget(spec().withMinAvailable(IntOrString.of(1)));
    var before = plan(budget, 1, 1).status();
    var later = BudgetPlan.of(budget.withStatus(before), pods(2), 2, NOW.plusSeconds(60)).status();

    assertThat(before.conditions())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.type()).isEqualTo("DisruptionAllowed");
              assertThat(it.status()).isEqualTo("False");
              assertThat(it.reason()).isEqualTo("InsufficientPods");
              assertThat(it.observedGeneration()).isEqualTo(7);
              assertThat(it.lastTransitionTime()).isEqualTo(NOW);
            });
    assertThat(later.conditions())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.reason()).isEqualTo("SufficientPods");
              assertThat(it.lastTransitionTime()).isEqualTo(NOW.plusSeconds(60));
            });
  }

  @Test
  void aPodOnItsWayOutCountsForNothingForTwoMinutes() {
    var budget = granted(budget(spec().withMinAvailable(IntOrString.of(1))), "p0");
    var soon = BudgetPlan.of(budget, pods(2), 2, NOW.plusSeconds(119));
    var late = BudgetPlan.of(budget, pods(2), 2, NOW.plusSeconds(120));

    assertThat(soon.status().currentHealthy()).isEqualTo(1);
    assertThat(soon.status().disruptedPods()).containsOnlyKeys("p0");
    assertThat(soon.recheck()).contains(NOW.plus(Duration.ofMinutes(2)));
    assertThat(late.status().currentHealthy()).isEqualTo(2);
    assertThat(late.status().disruptedPods()).isEmpty();
    assertThat(late.notDeleted()).extracting(it -> it.metadata().name()).containsExactly("p0");
    assertThat(late.recheck()).isEmpty();
  }

  @Test
  void aPodThatIsSeenToBeDeletedIsNoLongerWaitedFor() {
    var budget = granted(budget(spec().withMinAvailable(IntOrString.of(1))), "p0");
    var deleted = pods(1).getFirst();
    deleted = deleted.withMetadata(deleted.metadata().withDeletionTimestamp(NOW));
    var plan = BudgetPlan.of(budget, List.of(deleted), 1, NOW);

    assertThat(plan.status().currentHealthy()).isZero();
    assertThat(plan.status().disruptedPods()).isEmpty();
    assertThat(plan.notDeleted()).isEmpty();
  }

  private static BudgetPlan plan(PodDisruptionBudget budget, int healthy, int expected) {
    return BudgetPlan.of(budget, pods(healthy), expected, NOW);
  }

  private static List<Pod> pods(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> running("p" + i, "10.0.0." + (i + 1), true))
        .toList();
  }

  private static PodDisruptionBudgetSpec spec() {
    return PodDisruptionBudgetSpec.EMPTY;
  }

  private static PodDisruptionBudget budget(PodDisruptionBudgetSpec spec) {
    return PodDisruptionBudget.EMPTY.withMetadata(named("b").withGeneration(7)).withSpec(spec);
  }

  private static PodDisruptionBudget granted(PodDisruptionBudget budget, String pod) {
    return budget.withStatus(budget.status().withDisruptedPods(Map.of(pod, NOW)));
  }
}

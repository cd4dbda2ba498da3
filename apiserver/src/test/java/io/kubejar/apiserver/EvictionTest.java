package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.api.policy.v1.Eviction;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.api.policy.v1.PodDisruptionBudgetSpec;
import io.kubejar.api.policy.v1.PodDisruptionBudgetStatus;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.Condition;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apimachinery.meta.v1.StatusDetails;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.apiserver.verbs.ReadOptions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The subresource `eviction` of pods.
class EvictionTest {
  private static final ObjectKey POD = new ObjectKey("default", "p");
  private static final ObjectKey BUDGET = new ObjectKey("default", "b");

  private World world;

  @BeforeEach
  void start() throws InterruptedException {
    world = World.started();
  }

  @Test
  void deletesAPodThatNoBudgetCovers() throws Exception {
    pod("Running", true);

    assertThat(evict(DeleteOptions.EMPTY).status()).isEqualTo("Success");
    assertThat(evicted()).isTrue();
  }

  @Test
  void spendsTheBudget() throws Exception {
    pod("Running", true);
    budget(it -> it, it -> it.withDisruptionsAllowed(1));

    evict(DeleteOptions.EMPTY);
    var left = world.api.get(PodDisruptionBudget.RESOURCE, BUDGET).status();

    assertThat(evicted()).isTrue();
    assertThat(left.disruptionsAllowed()).isZero();
    assertThat(left.disruptedPods()).containsOnlyKeys("p");
    assertThat(left.conditions())
        .singleElement()
        .satisfies(
            it ->
                assertThat(it.type() + "=" + it.status() + " " + it.reason())
                    .isEqualTo("DisruptionAllowed=False InsufficientPods"));
  }

  @Test
  void asksToComeAgainWhenTheBudgetIsSpent() throws Exception {
    pod("Running", true);
    budget(it -> it, it -> it.withDesiredHealthy(3).withCurrentHealthy(3));

    var refused = refusal();

    assertThat(refused.code()).isEqualTo(429);
    assertThat(refused)
        .hasMessage("Cannot evict pod as it would violate the pod's disruption budget.");
    assertThat(details(refused).causes())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.reason()).isEqualTo("DisruptionBudget");
              assertThat(it.message())
                  .isEqualTo("The disruption budget b needs 3 healthy pods and has 3 currently");
            });
    assertThat(evicted()).isFalse();
  }

  @Test
  void asksToComeAgainWhenTheBudgetIsNotReckonedYet() throws Exception {
    pod("Running", true);
    budget(it -> it, it -> it.withObservedGeneration(0).withDisruptionsAllowed(5));

    var refused = refusal();

    assertThat(refused.code()).isEqualTo(429);
    assertThat(details(refused).retryAfterSeconds()).isEqualTo(10);
    assertThat(details(refused).causes().getFirst().message())
        .isEqualTo("The disruption budget b is still being processed by the server.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SyncFailed | no scale | because it failed sync: no scale
          Other      | not now  | (Other): not now
          Other      | ''       | ''
          """)
  void saysWhyTheBudgetAllowsNothingThoughEnoughAreHealthy(String reason, String why, String said)
      throws Exception {
    pod("Running", true);
    var condition =
        Condition.EMPTY
            .withType("DisruptionAllowed")
            .withStatus("False")
            .withReason(reason)
            .withLastTransitionTime(VirtualClock.START)
            .withMessage(why);
    budget(
        it -> it,
        it -> it.withDesiredHealthy(2).withCurrentHealthy(3).withConditions(List.of(condition)));

    assertThat(details(refusal()).causes().getFirst().message())
        .isEqualTo(
            ("The disruption budget b does not allow evicting pods currently " + said).strip());
  }

  @Test
  void letsUnhealthyPodsGoWhenEnoughOthersAreHealthy() throws Exception {
    pod("Running", false);
    budget(it -> it, it -> it.withDesiredHealthy(2).withCurrentHealthy(2));

    evict(DeleteOptions.EMPTY);

    assertThat(evicted()).isTrue();
    assertThat(world.api.get(PodDisruptionBudget.RESOURCE, BUDGET).status().disruptedPods())
        .isEmpty();
  }

  @Test
  void keepsUnhealthyPodsWhenTooFewAreHealthyUnlessThePolicyLetsThemGo() throws Exception {
    pod("Running", false);
    budget(it -> it, it -> it.withDesiredHealthy(2).withCurrentHealthy(1));

    assertThat(refusal().code()).isEqualTo(429);

    world.api.delete(PodDisruptionBudget.RESOURCE, BUDGET, DeleteOptions.EMPTY);
    budget(
        it -> it.withUnhealthyPodEvictionPolicy("AlwaysAllow"),
        it -> it.withDesiredHealthy(2).withCurrentHealthy(1));
    evict(DeleteOptions.EMPTY);
    assertThat(evicted()).isTrue();
  }

  @Test
  void deletesPodsThatHaveEndedWithoutAskingTheBudget() throws Exception {
    pod("Succeeded", false);
    budget(it -> it, it -> it.withObservedGeneration(0));

    evict(DeleteOptions.EMPTY);

    assertThat(evicted()).isTrue();
  }

  @Test
  void letsNobodySayThatLessThanNothingMayBeDisrupted() {
    assertThatThrownBy(() -> budget(it -> it, it -> it.withDisruptionsAllowed(-1)))
        .isInstanceOf(ApiException.class)
        .hasMessageEndingWith(
            "status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0");
  }

  @Test
  void failsWhenSeveralBudgetsCoverThePod() throws Exception {
    pod("Running", true);
    budget(it -> it, it -> it.withDisruptionsAllowed(1));
    world.api.create(
        PodDisruptionBudget.RESOURCE,
        PodDisruptionBudget.EMPTY
            .withMetadata(World.named("b2"))
            .withSpec(PodDisruptionBudgetSpec.EMPTY.withSelector(selector())));

    var status = evict(DeleteOptions.EMPTY);

    assertThat(status.status()).isEqualTo("Failure");
    assertThat(status.code()).isEqualTo(500);
    assertThat(status.message()).startsWith("This pod has more than one PodDisruptionBudget");
    assertThat(evicted()).isFalse();
  }

  @Test
  void changesNothingInADryRun() throws Exception {
    pod("Running", true);
    budget(it -> it, it -> it.withDisruptionsAllowed(1));
    var before = world.store.revision();

    evict(DeleteOptions.EMPTY.withDryRun(List.of("All")));

    assertThat(world.store.revision()).isEqualTo(before);
  }

  @Test
  void evictsTheRightPodOnly() throws Exception {
    pod("Running", true);
    var other = Preconditions.EMPTY.withUid("other");

    assertThatThrownBy(() -> evict(DeleteOptions.EMPTY.withPreconditions(other)))
        .hasMessageContaining("the UID in the precondition (other) does not match the UID");
    assertThat(evicted()).isFalse();
  }

  @Test
  void evictsThePodAtTheVersionThatWasMeant() throws Exception {
    pod("Running", true);
    var version = world.api.get(Pod.RESOURCE, POD).metadata().resourceVersion();
    var stale = Preconditions.EMPTY.withResourceVersion("1");

    assertThatThrownBy(() -> evict(DeleteOptions.EMPTY.withPreconditions(stale)))
        .hasMessageContaining("the ResourceVersion in the precondition (1) does not match");
    evict(DeleteOptions.EMPTY.withPreconditions(Preconditions.EMPTY.withResourceVersion(version)));
    assertThat(evicted()).isTrue();
  }

  @Test
  void doesNotEvictWhatItCouldNotRead() throws Exception {
    pod("Running", true);
    var blind = DeleteOptions.EMPTY.withIgnoreStoreReadErrorWithClusterBreakingPotential(true);

    assertThatThrownBy(() -> evict(blind))
        .hasMessage(
            "Eviction.policy \"p\" is invalid:"
                + " deleteOptions.ignoreStoreReadErrorWithClusterBreakingPotential: Invalid value:"
                + " true: can not be set for pod eviction, try after removing the option");
    assertThat(evicted()).isFalse();
  }

  @Test
  void refusesABodyOfAnotherName() throws Exception {
    pod("Running", true);
    var body = Eviction.EMPTY.withMetadata(World.named("other"));

    assertThatThrownBy(() -> world.api.createSubresource(Pod.RESOURCE, POD, "eviction", body))
        .hasMessage("name in URL does not match name in Eviction object");
  }

  private ApiException refusal() {
    return Objects.requireNonNull(
        catchThrowableOfType(ApiException.class, () -> evict(DeleteOptions.EMPTY)));
  }

  private static StatusDetails details(ApiException refused) {
    return Objects.requireNonNull(refused.status().details());
  }

  private Status evict(DeleteOptions options) throws InterruptedException {
    var body = Eviction.EMPTY.withMetadata(World.named("p")).withDeleteOptions(options);
    return (Status) world.api.createSubresource(Pod.RESOURCE, POD, "eviction", body);
  }

  /// A running pod lingers until its node has ended it.
  private boolean evicted() throws InterruptedException {
    return world.api.list(Pod.RESOURCE, ReadOptions.ALL).items().stream()
        .allMatch(
            pod ->
                pod.metadata().deletionTimestamp() != null
                    && pod.status().conditions().stream()
                        .anyMatch(it -> it.type().equals("DisruptionTarget")));
  }

  private void pod(String phase, boolean ready) throws InterruptedException {
    var wanted = World.pod("p");
    var created =
        world.api.create(
            Pod.RESOURCE,
            wanted
                .withMetadata(wanted.metadata().withLabels(Map.of("a", "b")))
                .withSpec(wanted.spec().withNodeName("n")));
    var condition = PodCondition.EMPTY.withType("Ready").withStatus(ready ? "True" : "False");
    world.api.updateSubresource(
        Pod.RESOURCE,
        created.withStatus(created.status().withPhase(phase).withConditions(List.of(condition))),
        "status");
  }

  private void budget(
      UnaryOperator<PodDisruptionBudgetSpec> spec, UnaryOperator<PodDisruptionBudgetStatus> status)
      throws InterruptedException {
    var created =
        world.api.create(
            PodDisruptionBudget.RESOURCE,
            PodDisruptionBudget.EMPTY
                .withMetadata(World.named("b"))
                .withSpec(spec.apply(PodDisruptionBudgetSpec.EMPTY.withSelector(selector()))));
    world.api.updateSubresource(
        PodDisruptionBudget.RESOURCE,
        created.withStatus(status.apply(PodDisruptionBudgetStatus.EMPTY.withObservedGeneration(1))),
        "status");
  }

  private static LabelSelector selector() {
    return LabelSelector.EMPTY.withMatchLabels(Map.of("a", "b"));
  }
}

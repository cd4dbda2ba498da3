package io.kubejar.controllers.job;

import static io.kubejar.controllers.job.Fixtures.ended;
import static io.kubejar.controllers.job.Fixtures.failed;
import static io.kubejar.controllers.job.Fixtures.indexed;
import static io.kubejar.controllers.job.Fixtures.job;
import static io.kubejar.controllers.job.Fixtures.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.PodFailurePolicy;
import io.kubejar.api.batch.v1.PodFailurePolicyOnExitCodesRequirement;
import io.kubejar.api.batch.v1.PodFailurePolicyOnPodConditionsPattern;
import io.kubejar.api.batch.v1.PodFailurePolicyRule;
import io.kubejar.api.batch.v1.SuccessPolicy;
import io.kubejar.api.batch.v1.SuccessPolicyRule;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the policies of a Job make of failures and successes.
class PoliciesTest {
  private static final FailureMatch NONE = new FailureMatch("", "");

  @Test
  void theFirstRuleThatFitsDecides() {
    var job = policy(onCodes("Ignore", null, "In", 3), onCodes("FailJob", null, "NotIn", 5, 6));

    assertThat(FailureMatch.of(job, exit(3))).isEqualTo(new FailureMatch("Ignore", ""));
    assertThat(FailureMatch.of(job, exit(5))).isEqualTo(NONE);
    assertThat(FailureMatch.of(job, exit(7)))
        .isEqualTo(
            new FailureMatch(
                "FailJob",
                "Container main for pod default/a failed with exit code 7 matching FailJob rule at"
                    + " index 1"));
  }

  @Test
  void aContainerThatSucceededOrRunsHasNoExitCode() {
    var job = policy(onCodes("FailJob", null, "NotIn", 1));

    assertThat(FailureMatch.of(job, exit(0))).isEqualTo(NONE);
    assertThat(FailureMatch.of(job, pod("a"))).isEqualTo(NONE);
  }

  @Test
  void aRuleMayMeanOneContainer() {
    assertThat(FailureMatch.of(policy(onCodes("Count", "main", "In", 1)), exit(1)).action())
        .isEqualTo("Count");
    assertThat(FailureMatch.of(policy(onCodes("Count", "side", "In", 1)), exit(1))).isEqualTo(NONE);
  }

  @Test
  void conditionsFitByTypeAndStatus() {
    var pattern =
        PodFailurePolicyOnPodConditionsPattern.EMPTY
            .withType("DisruptionTarget")
            .withStatus("True");
    var rule =
        PodFailurePolicyRule.EMPTY.withAction("FailJob").withOnPodConditions(List.of(pattern));

    assertThat(FailureMatch.of(policy(rule), disrupted("True")).message())
        .isEqualTo("Pod default/a has condition DisruptionTarget matching FailJob rule at index 0");
    assertThat(FailureMatch.of(policy(rule), disrupted("False"))).isEqualTo(NONE);
  }

  @Test
  void onlyWhatIsIgnoredDoesNotCount() {
    assertThat(new FailureMatch("Ignore", "").counts()).isFalse();
    assertThat(new FailureMatch("Count", "").counts()).isTrue();
    assertThat(new FailureMatch("FailIndex", "").counts()).isTrue();
    assertThat(NONE.counts()).isTrue();
  }

  @Test
  void successNeedsAllNamedIndexesOrEnoughOfThem() {
    assertThat(success("1,3-4", null, 1, 3)).isFalse();
    assertThat(success("1,3-4", null, 1, 3, 4)).isTrue();
    assertThat(success("1,3-4", 2, 1, 2)).isFalse();
    assertThat(success("1,3-4", 2, 1, 2, 4)).isTrue();
  }

  @Test
  void successMayNeedANumberOfAnyIndexes() {
    assertThat(success(null, 2, 4)).isFalse();
    assertThat(success(null, 2, 0, 4)).isTrue();
    assertThat(success(null, 0)).isFalse(); // Nothing has succeeded.
  }

  @Test
  void successIsPutDownToTheFirstRuleThatHolds() {
    var rules =
        List.of(
            SuccessPolicyRule.EMPTY.withSucceededIndexes("0"),
            SuccessPolicyRule.EMPTY.withSucceededCount(1));
    var job = indexed(5, spec -> spec.withSuccessPolicy(new SuccessPolicy(rules)));

    assertThat(SuccessRules.met(job, Indexes.of(List.of(2)))).contains("Matched rules at index 1");
  }

  private static boolean success(
      @Nullable String indexes, @Nullable Integer count, Integer... succeeded) {
    var rule = new SuccessPolicyRule(indexes, count);
    var job = indexed(5, spec -> spec.withSuccessPolicy(new SuccessPolicy(List.of(rule))));
    return SuccessRules.met(job, Indexes.of(List.of(succeeded))).isPresent();
  }

  static Job policy(PodFailurePolicyRule... rules) {
    return job(spec -> spec.withPodFailurePolicy(new PodFailurePolicy(List.of(rules))));
  }

  static PodFailurePolicyRule onCodes(
      String action, @Nullable String container, String operator, Integer... codes) {
    return PodFailurePolicyRule.EMPTY
        .withAction(action)
        .withOnExitCodes(
            new PodFailurePolicyOnExitCodesRequirement(container, operator, List.of(codes)));
  }

  private static Pod exit(int code) {
    return ended(pod("a"), "Failed", code, Fixtures.NOW);
  }

  private static Pod disrupted(String status) {
    var condition = PodCondition.EMPTY.withType("DisruptionTarget").withStatus(status);
    var pod = failed(pod("a"));
    return pod.withStatus(pod.status().withConditions(List.of(condition)));
  }
}

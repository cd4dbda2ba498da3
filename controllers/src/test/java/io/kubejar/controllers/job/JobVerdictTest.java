package io.kubejar.controllers.job;

import static io.kubejar.controllers.job.Fixtures.NOW;
import static io.kubejar.controllers.job.Fixtures.annotated;
import static io.kubejar.controllers.job.Fixtures.failed;
import static io.kubejar.controllers.job.Fixtures.in;
import static io.kubejar.controllers.job.Fixtures.indexed;
import static io.kubejar.controllers.job.Fixtures.job;
import static io.kubejar.controllers.job.Fixtures.pod;
import static io.kubejar.controllers.job.Fixtures.succeeded;
import static io.kubejar.controllers.job.Fixtures.world;
import static io.kubejar.controllers.job.PoliciesTest.onCodes;
import static io.kubejar.controllers.job.PoliciesTest.policy;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobCondition;
import io.kubejar.api.batch.v1.PodFailurePolicy;
import io.kubejar.api.batch.v1.SuccessPolicy;
import io.kubejar.api.batch.v1.SuccessPolicyRule;
import io.kubejar.api.batch.v1.UncountedTerminatedPods;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobVerdictTest {
  @Test
  void goesOnWhileNothingSpeaksAgainstIt() {
    assertThat(verdict(job(1, 1), in("Running", pod("a")))).isEmpty();
  }

  @Test
  void countsFailuresOldListedAndNew() {
    var job = job(spec -> spec.withBackoffLimit(3));
    var status =
        job.status()
            .withFailed(1)
            .withUncountedTerminatedPods(
                UncountedTerminatedPods.EMPTY.withFailed(List.of("uid-listed")));
    var counted = job.withStatus(status);
    assertThat(verdict(counted, failed(pod("listed")), failed(pod("a")))).isEmpty();

    assertThat(verdict(counted, failed(pod("listed")), failed(pod("a")), failed(pod("b"))))
        .isEqualTo("FailureTarget BackoffLimitExceeded");
  }

  @Test
  void ignoresFailuresThatThePolicyIgnores() {
    var job = policy(onCodes("Ignore", null, "In", 1));

    assertThat(verdict(job.withSpec(job.spec().withBackoffLimit(0)), failed(pod("a")))).isEmpty();
  }

  @Test
  void failsAtOnceIfThePolicySaysSo() {
    assertThat(verdict(policy(onCodes("FailJob", null, "In", 1)), failed(pod("a"))))
        .isEqualTo("FailureTarget PodFailurePolicy");
  }

  /// Restarts inside of a pod are its failures then. A limit of zero allows none.
  @Test
  void countsRestartsOfPodsThatStartAnewThemselves() {
    assertThat(verdict(restarting(2), restarted(1))).isEmpty();
    assertThat(verdict(restarting(2), restarted(1), restarted(1)))
        .isEqualTo("FailureTarget BackoffLimitExceeded");
    assertThat(verdict(restarting(0), restarted(0))).isEmpty();
    assertThat(verdict(restarting(0), restarted(1)))
        .isEqualTo("FailureTarget BackoffLimitExceeded");
    assertThat(verdict(job(1, 1), restarted(9))).isEmpty();
  }

  @Test
  void failsWhenItsTimeIsUp() {
    assertThat(verdict(since(10, 11))).isEmpty();
    assertThat(verdict(since(10, 10))).isEqualTo("FailureTarget DeadlineExceeded");
    var suspended = since(10, 5);
    assertThat(verdict(suspended.withSpec(suspended.spec().withSuspend(true)))).isEmpty();
  }

  @Test
  void failsWhenAnIndexHasFailedAndNoneIsLeft() {
    var job = indexed(2, spec -> spec.withBackoffLimitPerIndex(0).withBackoffLimit(99));

    assertThat(verdict(job, failed(pod("a", 0)))).isEmpty();
    assertThat(verdict(job, failed(pod("a", 0)), succeeded(pod("b", 1))))
        .isEqualTo("FailureTarget FailedIndexes");
  }

  @Test
  void failsWhenTooManyIndexesHaveFailed() {
    var job =
        indexed(
            9,
            spec -> spec.withBackoffLimitPerIndex(0).withBackoffLimit(99).withMaxFailedIndexes(1));

    assertThat(verdict(job, failed(pod("a", 0)))).isEmpty();
    assertThat(verdict(job, failed(pod("a", 0)), failed(pod("b", 7))))
        .isEqualTo("FailureTarget MaxFailedIndexesExceeded");
  }

  @Test
  void anIndexFailsAtItsLimitOrByThePolicy() {
    var limited = indexed(2, spec -> spec.withBackoffLimitPerIndex(1).withBackoffLimit(99));
    assertThat(failedIndexes(limited, failed(pod("a", 0)))).isEmpty();
    assertThat(failedIndexes(limited, annotated(failed(pod("a", 0)), JobPods.FAILURES, 1)))
        .isEqualTo("0");
    var rule = onCodes("FailIndex", null, "In", 1);
    var strict =
        limited.withSpec(limited.spec().withPodFailurePolicy(new PodFailurePolicy(List.of(rule))));
    assertThat(failedIndexes(strict, failed(pod("a", 0)))).isEqualTo("0");
  }

  @Test
  void succeedsEarlyByItsPolicyUnlessItFails() {
    var rule = SuccessPolicyRule.EMPTY.withSucceededCount(1);
    var job =
        indexed(
            3,
            spec -> spec.withBackoffLimit(0).withSuccessPolicy(new SuccessPolicy(List.of(rule))));

    assertThat(verdict(job, succeeded(pod("a", 1)))).isEqualTo("SuccessCriteriaMet SuccessPolicy");
    assertThat(verdict(job, succeeded(pod("a", 1)), failed(pod("b", 2))))
        .isEqualTo("FailureTarget BackoffLimitExceeded");
  }

  @Test
  void keepsToWhatIsDecided() {
    var met = JobStates.met("SuccessCriteriaMet", "SuccessPolicy", "m", NOW);
    assertThat(verdict(with(met), failed(pod("a")))).isEqualTo("SuccessCriteriaMet SuccessPolicy");
    var target = JobStates.met("FailureTarget", "DeadlineExceeded", "m", NOW);
    assertThat(verdict(with(target))).isEqualTo("Failed DeadlineExceeded");
    assertThat(verdict(with(target.withStatus("False")))).isEmpty();
  }

  private static Job with(JobCondition condition) {
    var job = job(spec -> spec.withBackoffLimit(0));
    return job.withStatus(job.status().withConditions(List.of(condition)));
  }

  private static Job since(int secondsAgo, long deadline) {
    var job = job(spec -> spec.withActiveDeadlineSeconds(deadline));
    return job.withStatus(job.status().withStartTime(NOW.minusSeconds(secondsAgo)));
  }

  private static Job restarting(int limit) {
    return job(
        spec ->
            spec.withBackoffLimit(limit)
                .withTemplate(
                    spec.template()
                        .withSpec(spec.template().spec().withRestartPolicy("OnFailure"))));
  }

  private static Pod restarted(int times) {
    var status = ContainerStatus.EMPTY.withName("main").withRestartCount(times);
    var pod = in("Running", pod("a"));
    return pod.withStatus(pod.status().withContainerStatuses(List.of(status)));
  }

  private static String failedIndexes(Job job, Pod... pods) {
    return Accounts.of(world(job, pods)).failedIndexes().text();
  }

  /// Type and reason; empty if it goes on.
  private static String verdict(Job job, Pod... pods) {
    var world = world(job, pods);
    return JobVerdict.of(world, Accounts.of(world))
        .map(condition -> condition.type() + " " + condition.reason())
        .orElse("");
  }
}

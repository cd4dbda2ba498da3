package io.kubejar.controllers.job;

import static io.kubejar.controllers.job.Fixtures.NOW;
import static io.kubejar.controllers.job.Fixtures.deleted;
import static io.kubejar.controllers.job.Fixtures.failed;
import static io.kubejar.controllers.job.Fixtures.in;
import static io.kubejar.controllers.job.Fixtures.indexed;
import static io.kubejar.controllers.job.Fixtures.job;
import static io.kubejar.controllers.job.Fixtures.pod;
import static io.kubejar.controllers.job.Fixtures.succeeded;
import static io.kubejar.controllers.job.Fixtures.world;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobCondition;
import io.kubejar.api.batch.v1.JobStatus;
import io.kubejar.api.batch.v1.PodFailurePolicy;
import io.kubejar.api.batch.v1.UncountedTerminatedPods;
import io.kubejar.api.core.v1.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Each ended pod is counted once, whatever happens between two writes.
class TallyTest {
  @Test
  void listsWhatHasEndedAndLetsItGo() {
    var tally = tally(world(job(9, 9), succeeded(pod("a")), failed(pod("b")), pod("c")));

    assertThat(uncounted(tally)).isEqualTo(listed(List.of("uid-a"), List.of("uid-b")));
    assertThat(tally.release()).containsExactly(succeeded(pod("a")), failed(pod("b")));
    assertThat(tally.tracked()).containsExactlyInAnyOrder("uid-a", "uid-b", "uid-c");
    assertThat(tally.status().succeeded()).isZero();
  }

  /// A crash came after the list was written.
  @Test
  void doesNotListAPodAgainThatWaitsForItsRelease() {
    var known = listed(List.of("uid-a"), List.of());
    var tally = tally(world(with(job(9, 9), known), succeeded(pod("a"))));

    assertThat(uncounted(tally)).isEqualTo(known);
    assertThat(tally.release()).hasSize(1);
  }

  /// A crash came after the finalizers went.
  @Test
  void countsListedPodsThatWereReleasedOrAreGone() {
    var released = pod("a").withMetadata(pod("a").metadata().withFinalizers(List.of()));
    var job = with(job(9, 9), listed(List.of("uid-a"), List.of("uid-gone")));
    var tally = tally(world(job, succeeded(released)));

    assertThat(tally.status().succeeded()).isEqualTo(1);
    assertThat(tally.status().failed()).isEqualTo(1);
    assertThat(uncounted(tally)).isEqualTo(UncountedTerminatedPods.EMPTY);
    assertThat(tally.release()).isEmpty();
  }

  /// The cache is behind: it still shows the finalizer that is gone.
  @Test
  void knowsBetterThanTheCacheWhatWasReleased() {
    var job = job(9, 9);
    var world =
        new JobWorld(job, List.of(succeeded(pod("a"))), Set.of("uid-a"), Backoff.NONE, true, NOW);
    var tally = tally(world);

    assertThat(uncounted(tally)).isEqualTo(UncountedTerminatedPods.EMPTY);
    assertThat(tally.release()).isEmpty();
    assertThat(Accounts.of(world).succeeded()).isZero();
  }

  @Test
  void countsIndexesByTheListOfIndexes() {
    var job = indexed(5, spec -> spec);
    var status = job.status().withCompletedIndexes("0").withSucceeded(1);
    var tally =
        tally(
            world(
                job.withStatus(status),
                succeeded(pod("again", 0)),
                succeeded(pod("a", 1)),
                succeeded(pod("b", 2)),
                succeeded(pod("beyond", 5))));

    assertThat(tally.status().completedIndexes()).isEqualTo("0-2");
    assertThat(tally.status().succeeded()).isEqualTo(3);
    assertThat(uncounted(tally)).isEqualTo(UncountedTerminatedPods.EMPTY);
    assertThat(tally.release()).hasSize(4);
  }

  @Test
  void keepsTheLastFailureOfAnIndexUntilItsSuccessorIsThere() {
    var job = indexed(1, spec -> spec.withBackoffLimitPerIndex(3).withBackoffLimit(99));
    var failure = failed(pod("a", 0));
    assertThat(tally(world(job, failure)).release()).isEmpty();

    assertThat(tally(world(job, failure, pod("next", 0))).release()).containsExactly(failure);
  }

  @Test
  void ofPodsThatAreDeletedOnlyThoseCountThatMayNeverEnd() {
    var leaving = deleted(in("Running", pod("a")));
    assertThat(uncounted(tally(world(job(1, 1), leaving))).failed()).containsExactly("uid-a");

    var patient = job(spec -> spec.withPodReplacementPolicy("Failed"));
    assertThat(tally(world(patient, leaving)).release()).isEmpty();
  }

  @Test
  void lettingGoIsNotCountingForWhatIsIgnored() {
    var rule = PoliciesTest.onCodes("Ignore", null, "In", 1);
    var job = job(spec -> spec.withPodFailurePolicy(new PodFailurePolicy(List.of(rule))));
    var tally = tally(world(job, failed(pod("a"))));

    assertThat(tally.release()).hasSize(1);
    assertThat(uncounted(tally)).isEqualTo(UncountedTerminatedPods.EMPTY);
    assertThat(tally.handled()).containsEntry("Ignore", 1);
  }

  @Test
  void allThatIsLeftFailsWithTheJob() {
    var target = JobStates.met("FailureTarget", "DeadlineExceeded", "m", NOW);
    var tally = tally(world(job(1, 1), in("Running", pod("a"))), target);

    assertThat(uncounted(tally).failed()).containsExactly("uid-a");
    assertThat(types(tally.status())).containsExactly("FailureTarget");
    assertThat(tally.ending().map(JobCondition::type)).contains("Failed");
  }

  @Test
  void whatIsLeftAfterASuccessDoesNotFail() {
    var met = JobStates.met("SuccessCriteriaMet", "SuccessPolicy", "m", NOW);
    var tally = tally(world(job(1, 1), in("Running", pod("a"))), met);

    assertThat(tally.release()).hasSize(1);
    assertThat(uncounted(tally)).isEqualTo(UncountedTerminatedPods.EMPTY);
    assertThat(types(tally.status())).containsExactly("SuccessCriteriaMet");
    assertThat(tally.ending().map(JobCondition::type)).contains("Complete");
  }

  @Test
  void listsABoundedNumberAtATime() {
    var pods = new ArrayList<Pod>();
    for (int i = 0; i < Tally.UNCOUNTED_MAX + 3; i++) {
      pods.add(succeeded(pod("p" + i)));
    }
    var tally = tally(world(job(9999, 9999), pods.toArray(Pod[]::new)));

    assertThat(tally.release()).hasSize(Tally.UNCOUNTED_MAX);
    assertThat(tally.full()).isTrue();
  }

  @Test
  void endsWhenAllIsCountedAndNoPodIsLeft() {
    var complete = Optional.of(JobStates.met("Complete", "r", "m", NOW));
    var status = JobStatus.EMPTY.withTerminating(0);

    assertThat(Tally.ended(status, Optional.empty())).isEmpty();
    assertThat(Tally.ended(status.withTerminating(1), complete)).isEmpty();
    assertThat(
            Tally.ended(
                status.withUncountedTerminatedPods(listed(List.of("a"), List.of())), complete))
        .isEmpty();
    assertThat(Tally.ended(status, complete))
        .hasValueSatisfying(it -> assertThat(it.completionTime()).isEqualTo(NOW));
    assertThat(Tally.ended(status, Optional.of(JobStates.met("Failed", "r", "m", NOW))))
        .hasValueSatisfying(it -> assertThat(it.completionTime()).isNull());
  }

  private static Tally tally(JobWorld world) {
    return Tally.of(world, Accounts.of(world), standing(world, Optional.empty()));
  }

  private static Tally tally(JobWorld world, JobCondition ending) {
    return Tally.of(world, Accounts.of(world), standing(world, Optional.of(ending)));
  }

  private static Standing standing(JobWorld world, Optional<JobCondition> ending) {
    var status = world.job().status();
    return new Standing(
        status.withUncountedTerminatedPods(Accounts.uncounted(world.job())),
        ending,
        Optional.empty());
  }

  private static Job with(Job job, UncountedTerminatedPods uncounted) {
    return job.withStatus(job.status().withUncountedTerminatedPods(uncounted));
  }

  private static UncountedTerminatedPods listed(List<String> succeeded, List<String> failed) {
    return new UncountedTerminatedPods(succeeded, failed);
  }

  private static UncountedTerminatedPods uncounted(Tally tally) {
    return java.util.Objects.requireNonNull(tally.status().uncountedTerminatedPods());
  }

  private static List<String> types(JobStatus status) {
    return status.conditions().stream().map(JobCondition::type).toList();
  }
}

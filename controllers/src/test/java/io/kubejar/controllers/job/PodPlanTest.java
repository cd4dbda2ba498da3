package io.kubejar.controllers.job;

import static io.kubejar.controllers.job.Fixtures.NOW;
import static io.kubejar.controllers.job.Fixtures.annotated;
import static io.kubejar.controllers.job.Fixtures.deleted;
import static io.kubejar.controllers.job.Fixtures.ended;
import static io.kubejar.controllers.job.Fixtures.failed;
import static io.kubejar.controllers.job.Fixtures.in;
import static io.kubejar.controllers.job.Fixtures.indexed;
import static io.kubejar.controllers.job.Fixtures.job;
import static io.kubejar.controllers.job.Fixtures.plan;
import static io.kubejar.controllers.job.Fixtures.pod;
import static io.kubejar.controllers.job.Fixtures.succeeded;
import static io.kubejar.controllers.job.Fixtures.world;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.controllers.job.PodPlan.Create;
import io.kubejar.controllers.job.PodPlan.EndAll;
import io.kubejar.controllers.job.PodPlan.Keep;
import io.kubejar.controllers.job.PodPlan.Later;
import io.kubejar.controllers.job.PodPlan.Remove;
import io.kubejar.controllers.job.PodPlan.Untouched;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodPlanTest {
  @Test
  void makesAsManyAsAreMissing() {
    assertThat(plan(world(job(5, 3)))).isEqualTo(new Create(3, List.of()));
    assertThat(plan(world(job(5, 3), pod("a")))).isEqualTo(new Create(2, List.of()));
    assertThat(plan(world(job(5, 3), pod("a"), pod("b"), pod("c")))).isEqualTo(new Keep());
    assertThat(plan(world(job(9999, 9999)))).isEqualTo(new Create(PodPlan.BURST, List.of()));
  }

  @Test
  void makesNoMoreThanMustStillSucceed() {
    var job = job(5, 3);
    var nearlyDone = job.withStatus(job.status().withSucceeded(4));

    assertThat(plan(world(nearlyDone))).isEqualTo(new Create(1, List.of()));
  }

  @Test
  void letsRunWhatRunsOnceAQueueOfWorkIsEmpty() {
    var job = job(spec -> spec.withCompletions(null).withParallelism(3));

    assertThat(plan(world(job))).isEqualTo(new Create(3, List.of()));
    assertThat(plan(world(job, succeeded(pod("a")), pod("b")))).isEqualTo(new Keep());
  }

  @Test
  void doesNothingBeforeTheCacheShowsAll() {
    var stale = new JobWorld(job(1, 1), List.of(), Set.of(), Backoff.NONE, false, NOW);

    assertThat(plan(stale)).isEqualTo(new Untouched());
  }

  @Test
  void doesNothingForAJobThatGoes() {
    var job = job(1, 1);
    var going = job.withMetadata(job.metadata().withDeletionTimestamp(NOW));

    assertThat(plan(world(going))).isEqualTo(new Untouched());
  }

  @Test
  void endsAllWhenTheJobEnds() {
    var job = job(spec -> spec.withBackoffLimit(0).withParallelism(2).withCompletions(2));

    assertThat(plan(world(job, failed(pod("a")), pod("b"))))
        .isEqualTo(new EndAll(List.of(pod("b"))));
  }

  @Test
  void removesAllWhenSuspended() {
    var job = job(spec -> spec.withSuspend(true));

    assertThat(plan(world(job, pod("a")))).isEqualTo(new Remove(List.of(pod("a"))));
  }

  @Test
  void givesUpPodsThatHaveComeTheShortestWay() {
    var runs = in("Running", onNode(pod("a")));
    var pending = onNode(pod("b"));
    var unscheduled = pod("c");

    assertThat(plan(world(job(9, 1), runs, pending, unscheduled)))
        .isEqualTo(new Remove(List.of(unscheduled, pending)));
  }

  @Test
  void waitsWhenPodsFailedLately() {
    var world =
        new JobWorld(job(1, 1), List.of(), Set.of(), new Backoff(2, NOW), true, NOW.plusSeconds(5));

    assertThat(plan(world)).isEqualTo(new Later(Duration.ofSeconds(15)));
  }

  @Test
  void replacesWhatIsOnItsWayOutOrWaitsForItsEnd() {
    var leaving = deleted(in("Running", pod("a")));

    assertThat(plan(world(job(1, 1), leaving))).isEqualTo(new Create(1, List.of()));
    assertThat(plan(world(job(spec -> spec.withPodReplacementPolicy("Failed")), leaving)))
        .isEqualTo(new Keep());
  }

  @Test
  void makesTheLowestIndexesThatAreMissing() {
    var job = indexed(6, spec -> spec.withParallelism(3));
    var status = job.status().withCompletedIndexes("0,2");

    assertThat(plan(world(job.withStatus(status), pod("a", 3))))
        .isEqualTo(new Create(2, List.of(1, 4)));
  }

  @Test
  void doesNotMakeAnIndexWhosePodIsStillLeaving() {
    var job = indexed(2, spec -> spec.withPodReplacementPolicy("Failed"));

    assertThat(plan(world(job, deleted(in("Running", pod("a", 0))))))
        .isEqualTo(new Create(1, List.of(1)));
  }

  @Test
  void removesPodsWithoutAnIndexOfTheirOwn() {
    var job = indexed(2, spec -> spec);
    var none = pod("none");
    var beyond = pod("beyond", 2);
    var twin = in("Running", pod("twin", 0));
    var younger = pod("younger", 0);

    assertThat(plan(world(job, none, beyond, twin, younger, pod("other", 1))))
        .isInstanceOfSatisfying(
            Remove.class,
            it -> assertThat(it.pods()).containsExactlyInAnyOrder(none, beyond, younger));
  }

  @Test
  void makesEachIndexInItsTime() {
    var job = perIndex();
    var long1 = ended(pod("a", 0), "Failed", 1, NOW.minusSeconds(30));
    var now1 = ended(pod("b", 1), "Failed", 1, NOW.minusSeconds(4));
    assertThat(plan(world(job, long1, now1))).isEqualTo(new Create(1, List.of(0)));

    var again = annotated(long1, JobPods.FAILURES, 2);
    assertThat(plan(world(job, again, now1))).isEqualTo(new Later(Duration.ofSeconds(6)));
  }

  @Test
  void doesNotMakeIndexesThatFailedForGood() {
    var job = perIndex();
    var status = job.status().withFailedIndexes("0");

    assertThat(plan(world(job.withStatus(status)))).isEqualTo(new Create(1, List.of(1)));
  }

  private static Job perIndex() {
    return indexed(2, spec -> spec.withBackoffLimitPerIndex(5).withBackoffLimit(99));
  }

  private static io.kubejar.api.core.v1.Pod onNode(io.kubejar.api.core.v1.Pod pod) {
    return pod.withSpec(pod.spec().withNodeName("node"));
  }
}

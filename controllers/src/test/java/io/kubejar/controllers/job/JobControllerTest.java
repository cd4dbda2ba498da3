package io.kubejar.controllers.job;

import static io.kubejar.controllers.job.Fixtures.indexed;
import static io.kubejar.controllers.job.Fixtures.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobCondition;
import io.kubejar.api.batch.v1.JobStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.controllers.ownership.ControllerRefs;
import io.kubejar.controllers.testing.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobControllerTest {
  private static final Duration BATCH = JobReconciler.BATCH;

  private final World world = new World(new JobController(JobWatcher.NONE));

  @Test
  void runsPodsUntilEnoughHaveSucceeded() throws InterruptedException {
    begin(job(2, 1));
    assertThat(status().active()).isEqualTo(1);
    end("Succeeded", 0);
    assertThat(status().succeeded()).isEqualTo(1);
    assertThat(status().active()).isEqualTo(1);
    end("Succeeded", 0);

    assertThat(status().succeeded()).isEqualTo(2);
    assertThat(status().active()).isZero();
    assertThat(status().completionTime()).isEqualTo(world.clock.instant());
    assertThat(status().startTime()).isEqualTo(Fixtures.NOW);
    assertThat(types()).containsExactly("SuccessCriteriaMet", "Complete");
    assertThat(status().conditions().getLast().reason()).isEqualTo("CompletionsReached");
    assertThat(reasons()).containsExactly("SuccessfulCreate", "SuccessfulCreate", "Completed");
    assertThat(world.list(Pod.RESOURCE)).noneMatch(JobPods::isTracked);
  }

  @Test
  void takesAsManyAtATimeAsItMay() throws InterruptedException {
    begin(job(5, 3));

    assertThat(active()).hasSize(3);
    end("Succeeded", 0);
    assertThat(active()).hasSize(2);
    assertThat(status().succeeded()).isEqualTo(3);
  }

  @Test
  void endsWithTheFirstSuccessOfAQueueOfWork() throws InterruptedException {
    begin(job(spec -> spec.withCompletions(null).withParallelism(2)));
    var pods = active();
    end(pods.getFirst(), "Succeeded", 0);
    assertThat(active()).hasSize(1);
    assertThat(types()).isEmpty();
    end(pods.getLast(), "Succeeded", 0);

    assertThat(types()).containsExactly("SuccessCriteriaMet", "Complete");
    assertThat(status().succeeded()).isEqualTo(2);
  }

  @Test
  void waitsLongerAfterEachFailureAndGivesUpAtTheLimit() throws InterruptedException {
    begin(job(spec -> spec.withBackoffLimit(2)));
    fail();
    assertThat(active()).isEmpty();
    world.pass(Duration.ofSeconds(8));
    assertThat(active()).isEmpty();
    world.pass(Duration.ofSeconds(2));
    assertThat(active()).hasSize(1);
    fail();
    world.pass(Duration.ofSeconds(18));
    assertThat(active()).isEmpty();
    world.pass(Duration.ofSeconds(2));
    assertThat(active()).hasSize(1);
    fail();

    assertThat(status().failed()).isEqualTo(3);
    assertThat(types()).containsExactly("FailureTarget", "Failed");
    assertThat(world.events("work"))
        .contains("BackoffLimitExceeded: Job has reached the specified backoff limit");
  }

  @Test
  void failsWhenItsTimeIsUpAndEndsItsPods() throws InterruptedException {
    begin(job(spec -> spec.withActiveDeadlineSeconds(30L)));
    run(active().getFirst());
    world.pass(Duration.ofSeconds(30));

    assertThat(types()).containsExactly("FailureTarget");
    assertThat(status().terminating()).isEqualTo(1);
    go();
    assertThat(types()).containsExactly("FailureTarget", "Failed");
    assertThat(status().terminating()).isZero();
    assertThat(status().failed()).isEqualTo(1);
    assertThat(world.events("work"))
        .contains("DeadlineExceeded: Job was active longer than specified deadline");
  }

  @Test
  void suspendsAndGoesOnWithItsTimeAnew() throws InterruptedException {
    begin(job(spec -> spec.withActiveDeadlineSeconds(60L)));
    run(active().getFirst());
    world.pass(Duration.ofSeconds(50));
    change(it -> it.withSpec(it.spec().withSuspend(true)));
    world.pass(BATCH);
    assertThat(status().startTime()).isNull();
    assertThat(types()).containsExactly("Suspended");
    go();
    assertThat(world.list(Pod.RESOURCE)).isEmpty();
    assertThat(status().failed()).isZero();
    world.pass(Duration.ofMinutes(5));
    change(it -> it.withSpec(it.spec().withSuspend(false)));
    world.pass(BATCH);

    assertThat(status().startTime()).isEqualTo(world.clock.instant().minus(BATCH));
    assertThat(status().conditions().getFirst().status()).isEqualTo("False");
    assertThat(status().conditions().getFirst().reason()).isEqualTo("JobResumed");
    assertThat(reasons()).contains("Suspended", "Resumed", "SuccessfulDelete");
    world.pass(Duration.ofSeconds(50));
    assertThat(types()).containsExactly("Suspended");
    world.pass(Duration.ofSeconds(10));
    assertThat(types()).contains("FailureTarget");
  }

  @Test
  void doesNothingForASuspendedJobButSaySo() throws InterruptedException {
    begin(job(spec -> spec.withSuspend(true)));

    assertThat(world.list(Pod.RESOURCE)).isEmpty();
    assertThat(status().startTime()).isNull();
    assertThat(world.events("work")).containsExactly("Suspended: Job suspended");
  }

  @Test
  void givesEveryIndexAPodOfItsOwn() throws InterruptedException {
    begin(indexed(3, spec -> spec));
    var pods = active();

    assertThat(pods)
        .extracting(pod -> pod.spec().hostname())
        .contains("work-0", "work-1", "work-2");
    assertThat(pods).allMatch(pod -> pod.metadata().name().startsWith(pod.spec().hostname() + "-"));
    assertThat(pods)
        .allMatch(pod -> pod.metadata().labels().get(JobPods.INDEX) != null)
        .allMatch(pod -> pod.spec().containers().getFirst().env().size() == 1);
    end("Succeeded", 0);
    assertThat(status().completedIndexes()).isEqualTo("0-2");
    assertThat(status().succeeded()).isEqualTo(3);
    assertThat(types()).containsExactly("SuccessCriteriaMet", "Complete");
  }

  @Test
  void countsTheFailuresOfEachIndexByItself() throws InterruptedException {
    begin(indexed(2, spec -> spec.withBackoffLimitPerIndex(1).withBackoffLimit(Integer.MAX_VALUE)));
    end(of(0), "Failed", 1);
    end(of(1), "Succeeded", 0);
    assertThat(status().failedIndexes()).isEmpty();
    world.pass(Duration.ofSeconds(10));
    assertThat(of(0).metadata().annotations()).containsEntry(JobPods.FAILURES, "1");
    end(of(0), "Failed", 1);

    assertThat(status().failedIndexes()).isEqualTo("0");
    assertThat(status().completedIndexes()).isEqualTo("1");
    assertThat(status().failed()).isEqualTo(2);
    assertThat(world.events("work")).contains("FailedIndexes: Job has failed indexes");
  }

  @Test
  void growsAndShrinksWithItsIndexes() throws InterruptedException {
    begin(indexed(2, spec -> spec));
    change(it -> it.withSpec(it.spec().withCompletions(4).withParallelism(4)));
    world.pass(BATCH);
    assertThat(active()).hasSize(4);
    end(of(3), "Succeeded", 0);
    assertThat(status().completedIndexes()).isEqualTo("3");
    change(it -> it.withSpec(it.spec().withCompletions(1).withParallelism(1)));
    world.pass(BATCH);

    assertThat(active()).singleElement().satisfies(it -> assertThat(it).isEqualTo(of(0)));
    assertThat(status().completedIndexes()).isEmpty();
    assertThat(status().succeeded()).isZero();
    assertThat(status().failed()).isZero();
  }

  @Test
  void takesOrphansInAndCountsThem() throws InterruptedException {
    world.create(
        Pod.RESOURCE,
        io.kubejar.controllers.testing.Objects.pod("orphan")
            .withMetadata(
                io.kubejar.controllers.testing.Objects.named("orphan")
                    .withLabels(Fixtures.LABELS)));
    begin(job(1, 1));

    assertThat(world.list(Pod.RESOURCE))
        .singleElement()
        .satisfies(
            pod -> {
              assertThat(JobPods.isTracked(pod)).isTrue();
              assertThat(ControllerRefs.isControlledBy(pod, current())).isTrue();
            });
  }

  @Test
  void letsGoOfAPodThatItNoLongerSelects() throws InterruptedException {
    begin(job(1, 1));
    var stray = active().getFirst();
    world.change(
        Pod.RESOURCE,
        "default",
        stray.metadata().name(),
        pod -> pod.withMetadata(pod.metadata().withLabels(Map.of("job", "other"))));
    settle();

    var left = world.get(Pod.RESOURCE, "default", stray.metadata().name());
    assertThat(ControllerRefs.of(left)).isEmpty();
    assertThat(JobPods.isTracked(left)).isFalse();
    assertThat(active()).hasSize(2);
  }

  @Test
  void replacesAPodThatIsDeletedAndCountsItAsFailed() throws InterruptedException {
    begin(job(1, 1));
    run(active().getFirst());
    world.delete(Pod.RESOURCE, "default", active().getFirst().metadata().name());
    settle();
    assertThat(status().failed()).isEqualTo(1);
    world.pass(Duration.ofSeconds(10));

    assertThat(active()).hasSize(1);
    assertThat(status().terminating()).isEqualTo(1);
  }

  @Test
  void waitsForTheEndOfAPodIfItShall() throws InterruptedException {
    begin(job(spec -> spec.withPodReplacementPolicy("Failed")));
    run(active().getFirst());
    world.delete(Pod.RESOURCE, "default", active().getFirst().metadata().name());
    world.pass(Duration.ofMinutes(1));
    assertThat(active()).isEmpty();
    assertThat(status().failed()).isZero();
    assertThat(status().terminating()).isEqualTo(1);
    end(world.list(Pod.RESOURCE).getFirst(), "Failed", 137);
    world.pass(Duration.ofSeconds(10));

    assertThat(status().failed()).isEqualTo(1);
    assertThat(active()).hasSize(1);
  }

  @Test
  void leavesTheJobsOfOthersAlone() throws InterruptedException {
    begin(job(spec -> spec.withManagedBy("example.com/other")));

    assertThat(world.list(Pod.RESOURCE)).isEmpty();
    assertThat(status()).isEqualTo(JobStatus.EMPTY);
  }

  /// It was removed, or counted, before this process began, and takes its time to end.
  @Test
  void startsWhileAPodThatItHasLetGoIsStillEnding() throws InterruptedException {
    var before = new World();
    var job = before.create(Job.RESOURCE, job(1, 1));
    var metadata =
        Fixtures.pod("ending")
            .metadata()
            .withFinalizers(List.of())
            .withOwnerReferences(List.of(ControllerRefs.to(job)));
    var pod = Fixtures.pod("ending").withMetadata(metadata);
    before.create(Pod.RESOURCE, pod.withSpec(pod.spec().withNodeName("node")));
    before.delete(Pod.RESOURCE, "default", "ending");
    new JobController(JobWatcher.NONE).install(before.runtime);
    before.settle();
    before.pass(BATCH);

    assertThat(before.list(Pod.RESOURCE)).hasSize(2);
    var status = before.get(Job.RESOURCE, "default", "work").status();
    assertThat(status.active()).isEqualTo(1);
    assertThat(status.terminating()).isEqualTo(1);
    assertThat(status.failed()).isZero();
  }

  @Test
  void letsThePodsOfADeletedJobGo() throws InterruptedException {
    begin(job(1, 1));
    world.delete(Job.RESOURCE, "default", "work");
    settle();

    assertThat(world.list(Pod.RESOURCE)).singleElement().matches(pod -> !JobPods.isTracked(pod));
  }

  @Test
  void letsAPodGoThatLosesItsJob() throws InterruptedException {
    world.create(Pod.RESOURCE, Fixtures.pod("lost"));
    settle();
    assertThat(world.list(Pod.RESOURCE)).singleElement().matches(JobPods::isTracked);
    world.delete(Pod.RESOURCE, "default", "lost");
    settle();

    assertThat(world.list(Pod.RESOURCE)).isEmpty();
  }

  @Test
  void writesNothingMoreOnceItHasEnded() throws InterruptedException {
    begin(job(1, 1));
    end("Succeeded", 0);
    int writes = world.api.writes().size();
    world.pass(Duration.ofHours(1));

    assertThat(world.api.writes()).hasSize(writes);
  }

  @Test
  void hasNothingToDoForNoCompletions() throws InterruptedException {
    begin(job(0, 1));

    assertThat(types()).containsExactly("SuccessCriteriaMet", "Complete");
    assertThat(world.list(Pod.RESOURCE)).isEmpty();
  }

  private void begin(Job job) throws InterruptedException {
    world.create(Job.RESOURCE, job);
    settle();
  }

  private void settle() throws InterruptedException {
    world.settle();
    world.pass(BATCH);
  }

  private void change(java.util.function.UnaryOperator<Job> change) throws InterruptedException {
    world.change(Job.RESOURCE, "default", "work", change);
    world.settle();
  }

  private Job current() {
    return world.get(Job.RESOURCE, "default", "work");
  }

  private JobStatus status() {
    return current().status();
  }

  private List<String> types() {
    return status().conditions().stream().map(JobCondition::type).toList();
  }

  private List<String> reasons() {
    return world.events("work").stream().map(it -> it.substring(0, it.indexOf(':'))).toList();
  }

  private List<Pod> active() {
    return world.list(Pod.RESOURCE).stream()
        .filter(io.kubejar.controllers.pods.PodStates::isActive)
        .toList();
  }

  private Pod of(int index) {
    return active().stream()
        .filter(pod -> JobPods.index(pod).orElse(-1) == index)
        .findFirst()
        .orElseThrow();
  }

  /// All active pods end so, and the Job notices.
  private void end(String phase, int exitCode) throws InterruptedException {
    for (var pod : active()) {
      put(Fixtures.ended(pod, phase, exitCode, world.clock.instant()));
    }
    settle();
  }

  private void end(Pod pod, String phase, int exitCode) throws InterruptedException {
    put(Fixtures.ended(pod, phase, exitCode, world.clock.instant()));
    settle();
  }

  private void fail() throws InterruptedException {
    end("Failed", 1);
  }

  private void put(Pod pod) throws InterruptedException {
    world.api.updateStatus(Pod.RESOURCE, pod);
  }

  /// It runs on a node, so a deletion takes its time.
  private void run(Pod pod) throws InterruptedException {
    world.change(
        Pod.RESOURCE,
        "default",
        pod.metadata().name(),
        it -> it.withSpec(it.spec().withNodeName("node")));
    world.setReady(pod, true);
    settle();
  }

  /// Pods that are being deleted are gone.
  private void go() throws InterruptedException {
    for (var pod : world.list(Pod.RESOURCE)) {
      if (pod.metadata().deletionTimestamp() != null) {
        world.api.delete(
            Pod.RESOURCE, ObjectKey.of(pod), DeleteOptions.EMPTY.withGracePeriodSeconds(0L));
      }
    }
    settle();
  }
}

package io.kubejar.controllers.cronjob;

import static io.kubejar.controllers.cronjob.CronFixtures.NOW;
import static io.kubejar.controllers.cronjob.CronFixtures.cronJob;
import static io.kubejar.controllers.cronjob.CronFixtures.ended;
import static io.kubejar.controllers.cronjob.CronFixtures.scheduled;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.CronJobStatus;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.controllers.ownership.ControllerRefs;
import io.kubejar.controllers.testing.World;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CronJobControllerTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final List<Duration> late = new ArrayList<>();
  private final World world = new World(new CronJobController(late::add));

  @Test
  void beginsAJobWithEveryMoment() throws InterruptedException {
    begin(cronJob(spec -> spec));
    assertThat(jobs()).isEmpty();
    pass(MINUTE);
    pass(MINUTE);

    assertThat(jobs()).hasSize(2).allMatch(job -> ControllerRefs.isControlledBy(job, current()));
    assertThat(status().active()).extracting(it -> it.name()).isEqualTo(names());
    assertThat(status().lastScheduleTime()).isEqualTo(NOW.plus(MINUTE).plus(MINUTE));
    assertThat(late).containsExactly(Duration.ofMillis(100), Duration.ofMillis(100));
    assertThat(world.events("tick"))
        .containsExactly(
            "SuccessfulCreate: Created job " + names().get(0),
            "SuccessfulCreate: Created job " + names().get(1));
  }

  @Test
  void seesItsJobsEndAndKeepsTheLastOnes() throws InterruptedException {
    begin(cronJob(spec -> spec.withSuccessfulJobsHistoryLimit(1)));
    for (int i = 0; i < 3; i++) {
      pass(MINUTE);
      end(jobs().getLast());
    }

    assertThat(jobs()).hasSize(1);
    assertThat(status().active()).isEmpty();
    assertThat(status().lastSuccessfulTime())
        .isEqualTo(world.clock.instant().truncatedTo(ChronoUnit.SECONDS));
    assertThat(reasons())
        .contains("SuccessfulCreate", "SawCompletedJob", "SuccessfulDelete")
        .doesNotContain("MissingJob", "UnexpectedJob");
  }

  @Test
  void waitsForTheRunningJobIfItMustNotOverlap() throws InterruptedException {
    begin(cronJob(spec -> spec.withConcurrencyPolicy("Forbid")));
    pass(MINUTE);
    pass(MINUTE);
    assertThat(jobs()).hasSize(1);
    assertThat(reasons()).contains("JobAlreadyActive");
    end(jobs().getFirst());

    // What was missed is made up for at once.
    assertThat(jobs()).hasSize(2);
  }

  @Test
  void replacesTheRunningJobIfItShall() throws InterruptedException {
    begin(cronJob(spec -> spec.withConcurrencyPolicy("Replace")));
    pass(MINUTE);
    var first = names();
    pass(MINUTE);

    assertThat(jobs()).hasSize(1);
    assertThat(names()).doesNotContainAnyElementsOf(first);
    assertThat(status().active()).hasSize(1);
    assertThat(reasons())
        .contains("SuccessfulDelete")
        .doesNotContain("UnexpectedJob", "MissingJob");
  }

  @Test
  void noticesThatAJobHasGone() throws InterruptedException {
    begin(scheduled("0 * * * *"));
    pass(Duration.ofHours(1));
    world.delete(Job.RESOURCE, "default", names().getFirst());
    world.settle();

    assertThat(status().active()).isEmpty();
    assertThat(reasons()).contains("MissingJob");
  }

  /// The Job was made, but the process ended before it was noted.
  @Test
  void findsAJobThatItHadMadeBefore() throws InterruptedException {
    begin(cronJob(spec -> spec.withConcurrencyPolicy("Forbid")));
    world.create(Job.RESOURCE, NewJob.of(current(), NOW.plus(MINUTE)));
    world.settle();
    assertThat(reasons()).containsExactly("UnexpectedJob");
    assertThat(status().active()).hasSize(1);
    assertThat(status().lastScheduleTime()).isEqualTo(NOW.plus(MINUTE));
    pass(MINUTE);
    pass(MINUTE);

    assertThat(jobs()).hasSize(1);
    assertThat(reasons()).contains("JobAlreadyActive");
  }

  @Test
  void leavesAJobOfItsNameToWhoeverMadeIt() throws InterruptedException {
    begin(scheduled("0 * * * *"));
    var wanted = NewJob.of(current(), NOW.plus(Duration.ofHours(1)));
    world.create(
        Job.RESOURCE, wanted.withMetadata(wanted.metadata().withOwnerReferences(List.of())));
    pass(Duration.ofHours(1));

    assertThat(status()).isEqualTo(CronJobStatus.EMPTY);
  }

  @Test
  void startsANewScheduleWithoutAPast() throws InterruptedException {
    begin(scheduled("0 0 1 1 *"));
    world.pass(Duration.ofMinutes(7));
    world.change(
        CronJob.RESOURCE,
        "default",
        "tick",
        it -> it.withSpec(it.spec().withSchedule("*/5 * * * *")));
    world.settle();
    assertThat(jobs()).isEmpty();
    pass(Duration.ofMinutes(3));

    assertThat(status().lastScheduleTime()).isEqualTo(NOW.plus(Duration.ofMinutes(10)));
  }

  @Test
  void beginsNothingWhileSuspendedAndTheLatestAfterwards() throws InterruptedException {
    begin(cronJob(spec -> spec.withSuspend(true)));
    pass(Duration.ofMinutes(10));
    assertThat(jobs()).isEmpty();
    world.change(
        CronJob.RESOURCE, "default", "tick", it -> it.withSpec(it.spec().withSuspend(false)));
    world.settle();

    assertThat(jobs()).hasSize(1);
    assertThat(status().lastScheduleTime()).isEqualTo(NOW.plus(Duration.ofMinutes(10)));
  }

  private void begin(CronJob cronJob) throws InterruptedException {
    world.create(CronJob.RESOURCE, cronJob);
    world.settle();
  }

  /// A little more, so that what is padded comes, too.
  private void pass(Duration time) throws InterruptedException {
    world.pass(time.minus(Duration.ofMillis(world.clock.instant().toEpochMilli() % 1000)));
    world.pass(Duration.ofMillis(100));
  }

  private void end(Job job) throws InterruptedException {
    world.api.updateStatus(
        Job.RESOURCE,
        ended(world.api.get(Job.RESOURCE, ObjectKey.of(job)), "Complete", world.clock.instant()));
    world.settle();
  }

  private CronJob current() {
    return world.get(CronJob.RESOURCE, "default", "tick");
  }

  private CronJobStatus status() {
    return current().status();
  }

  private List<Job> jobs() {
    return world.list(Job.RESOURCE);
  }

  private List<String> names() {
    return jobs().stream().map(job -> job.metadata().name()).toList();
  }

  private List<String> reasons() {
    return world.events("tick").stream().map(it -> it.substring(0, it.indexOf(':'))).toList();
  }
}

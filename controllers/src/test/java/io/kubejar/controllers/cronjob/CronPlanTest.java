package io.kubejar.controllers.cronjob;

import static io.kubejar.controllers.cronjob.CronFixtures.NOW;
import static io.kubejar.controllers.cronjob.CronFixtures.cronJob;
import static io.kubejar.controllers.cronjob.CronFixtures.ended;
import static io.kubejar.controllers.cronjob.CronFixtures.job;
import static io.kubejar.controllers.cronjob.CronFixtures.running;
import static io.kubejar.controllers.cronjob.CronFixtures.scheduled;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.batch.v1.CronJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronPlanTest {
  @Test
  void waitsForItsFirstMoment() {
    var plan = CronPlan.of(scheduled("*/5 * * * *"), NOW.plusSeconds(60));

    assertThat(plan)
        .isEqualTo(
            new CronPlan(Optional.empty(), Optional.of(Duration.ofMillis(240_100)), List.of()));
  }

  @Test
  void beginsWhatIsDueAndOnlyOnce() {
    var moment = NOW.plusSeconds(60);
    assertThat(start(scheduled("* * * * *"), moment)).contains(moment);
    assertThat(start(scheduled("* * * * *"), moment.plusSeconds(59))).contains(moment);

    assertThat(start(last(scheduled("* * * * *"), moment), moment.plusSeconds(59))).isEmpty();
  }

  /// A crash came before the status was written, but not before the Job was seen running.
  @Test
  void knowsARunningJobByItsName() {
    var cronJob = scheduled("* * * * *");
    var name = NewJob.name(cronJob, NOW.plusSeconds(60));

    assertThat(start(running(cronJob, name), NOW.plusSeconds(70))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Missed moments are not made up for; the latest counts.
        "* * * * *|2030-01-01T00:07:30Z|2030-01-01T00:07:00Z",
        "@every 7m|2030-01-01T00:30:00Z|2030-01-01T00:28:00Z",
        // The time between two moments is not always the same.
        "30 6-16/4 * * 1-5|2030-01-07T15:00:00Z|2030-01-07T14:30:00Z",
        "30 6-16/4 * * 1-5|2030-01-06T12:00:00Z|2030-01-04T14:30:00Z",
        "* 0 1 1 *|2030-11-11T11:11:11Z|2030-01-01T00:59:00Z",
        "0 0 1 * *|2030-06-15T00:00:00Z|2030-06-01T00:00:00Z",
      })
  void takesTheLatestMomentThatHasCome(String schedule, Instant now, Instant moment) {
    assertThat(start(scheduled(schedule), now)).contains(moment);
  }

  @Test
  void saysWhenItHasMissedTooMany() {
    assertThat(reasons(scheduled("* * * * *"), NOW.plusSeconds(60 * 100))).isEmpty();

    assertThat(reasons(scheduled("* * * * *"), NOW.plusSeconds(60 * 101)))
        .containsExactly("TooManyMissedTimes");
    var limited = cronJob(spec -> spec.withSchedule("* * * * *").withStartingDeadlineSeconds(200L));
    assertThat(reasons(limited, NOW.plusSeconds(60 * 1000))).isEmpty();
  }

  @Test
  void doesNotBeginWhatIsTooLateAndSaysSo() {
    var hourly = cronJob(spec -> spec.withSchedule("0 * * * *").withStartingDeadlineSeconds(10L));
    assertThat(start(hourly, NOW.plusSeconds(3609))).contains(NOW.plusSeconds(3600));

    assertThat(CronPlan.of(hourly, NOW.plusSeconds(3610)))
        .isEqualTo(
            new CronPlan(
                Optional.empty(),
                Optional.of(Duration.ofMillis(3_590_100)),
                List.of(
                    Notice.warning(
                        "MissSchedule",
                        "Missed scheduled time to start a job: Tue, 01 Jan 2030 01:00:00 +0000"))));
    var begun = last(hourly, NOW.plusSeconds(3600));
    assertThat(reasons(begun, NOW.plusSeconds(3700))).isEmpty();
  }

  @Test
  void letsARunningJobHaveItsWay() {
    var moment = NOW.plusSeconds(60);
    var forbid = cronJob(spec -> spec.withConcurrencyPolicy("Forbid"));
    assertThat(start(forbid, moment)).isPresent();

    assertThat(start(running(forbid, "other"), moment)).isEmpty();
    assertThat(reasons(running(forbid, "other"), moment)).containsExactly("JobAlreadyActive");
    assertThat(start(running(cronJob(spec -> spec), "other"), moment)).isPresent();
    assertThat(
            start(running(cronJob(spec -> spec.withConcurrencyPolicy("Replace")), "other"), moment))
        .isPresent();
  }

  @Test
  void restsWhileSuspendedOrDeleted() {
    var rest = new CronPlan(Optional.empty(), Optional.empty(), List.of());
    var moment = NOW.plusSeconds(60);
    assertThat(CronPlan.of(cronJob(spec -> spec.withSuspend(true)), moment)).isEqualTo(rest);

    var cronJob = cronJob(spec -> spec);
    var deleted = cronJob.withMetadata(cronJob.metadata().withDeletionTimestamp(NOW));
    assertThat(CronPlan.of(deleted, moment)).isEqualTo(rest);
  }

  @Test
  void saysWhatIsWrongWithItsSchedule() {
    assertThat(notice(scheduled("nonsense")))
        .isEqualTo(
            Notice.warning(
                "UnparseableSchedule",
                "unparseable schedule: \"nonsense\" : expected exactly 5 fields, found 1:"
                    + " [nonsense]"));
    assertThat(notice(scheduled("59 23 31 2 *")))
        .isEqualTo(
            Notice.warning(
                "InvalidSchedule",
                "invalid schedule: 59 23 31 2 * : time difference between two schedules is less"
                    + " than 1 second"));
    assertThat(notice(cronJob(spec -> spec.withTimeZone("Nowhere/Land"))))
        .isEqualTo(
            Notice.warning(
                "UnknownTimeZone",
                "invalid timeZone: \"Nowhere/Land\": unknown time zone Nowhere/Land"));
    assertThat(notice(scheduled("TZ=UTC * * * * *")).reason()).isEqualTo("UnsupportedSchedule");
  }

  @Test
  void keepsToTheClockOfItsTimeZone() {
    var tokyo = cronJob(spec -> spec.withSchedule("0 12 * * *").withTimeZone("Asia/Tokyo"));
    var noon = Instant.parse("2030-01-01T03:00:00Z");

    assertThat(start(tokyo, noon.minusSeconds(1))).isEmpty();
    assertThat(start(tokyo, noon)).contains(noon);
  }

  @Test
  void namesJobsByTheirMinute() {
    var tokyo = cronJob(spec -> spec.withTimeZone("Asia/Tokyo"));
    var made = NewJob.of(tokyo, Instant.parse("2030-01-01T03:00:00Z"));

    assertThat(made.metadata().name()).isEqualTo("tick-31557780");
    assertThat(made.metadata().annotations())
        .containsEntry(NewJob.SCHEDULED, "2030-01-01T12:00:00+09:00");
    assertThat(made.metadata().labels()).containsEntry("made", "by-cron");
    assertThat(NewJob.of(cronJob(spec -> spec), NOW).metadata().annotations())
        .containsEntry(NewJob.SCHEDULED, "2030-01-01T00:00:00Z");
  }

  @Test
  void keepsTheYoungestJobsThatHaveEnded() {
    var first = ended(job("c"), "Complete", NOW);
    var second = ended(job("a"), "Complete", NOW.plusSeconds(1));
    var third = ended(job("b"), "Complete", NOW.plusSeconds(1));
    var failure = ended(job("d"), "Failed", NOW);
    var jobs = List.of(third, second, failure, first, job("running"));
    assertThat(History.tooMany(limits(1, 1), jobs)).containsExactly(first, second);

    assertThat(History.tooMany(limits(0, 0), jobs)).containsExactly(first, second, third, failure);
    assertThat(
            History.tooMany(
                cronJob(
                    spec ->
                        spec.withSuccessfulJobsHistoryLimit(null).withFailedJobsHistoryLimit(null)),
                jobs))
        .isEmpty();
  }

  @Test
  void seesWhatHasBecomeOfItsJobs() {
    var done = ended(job("done"), "Complete", NOW.plusSeconds(9));
    var older = ended(job("older"), "Complete", NOW.plusSeconds(3));
    var lost = ended(job("lost"), "Failed", NOW.plusSeconds(20));
    var cronJob = running(cronJob(spec -> spec), "done", "lost", "runs", "gone");
    var seen =
        Observed.of(
            cronJob, List.of(done, older, lost, job("runs"), job("stranger")), Set.of("uid-gone"));

    assertThat(seen.status().active()).extracting(it -> it.name()).containsExactly("runs");
    assertThat(seen.status().lastSuccessfulTime()).isEqualTo(NOW.plusSeconds(9));
    assertThat(seen.notices())
        .containsExactly(
            Notice.normal("SawCompletedJob", "Saw completed job: done, condition: Complete"),
            Notice.normal("SawCompletedJob", "Saw completed job: lost, condition: Failed"),
            Notice.warning(
                "UnexpectedJob",
                "Saw a job that the controller did not create or forgot: stranger"),
            Notice.normal("MissingJob", "Active job went missing: gone"));
  }

  private static CronJob limits(int successful, int failed) {
    return cronJob(
        spec -> spec.withSuccessfulJobsHistoryLimit(successful).withFailedJobsHistoryLimit(failed));
  }

  private static CronJob last(CronJob cronJob, Instant moment) {
    return cronJob.withStatus(cronJob.status().withLastScheduleTime(moment));
  }

  private static Optional<Instant> start(CronJob cronJob, Instant now) {
    return CronPlan.of(cronJob, now).start();
  }

  private static List<String> reasons(CronJob cronJob, Instant now) {
    return CronPlan.of(cronJob, now).notices().stream().map(Notice::reason).toList();
  }

  private static Notice notice(CronJob cronJob) {
    return CronPlan.of(cronJob, NOW).notices().getFirst();
  }
}

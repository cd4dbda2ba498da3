package io.kubejar.controllers.cronjob;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.controllers.job.JobStates;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which Jobs that have ended are too many to be kept. Pure.
final class History {
  private static final Comparator<Job> OLDEST_FIRST =
      Comparator.comparing(History::begun).thenComparing(job -> job.metadata().name());

  private History() {}

  static List<Job> tooMany(CronJob cronJob, List<Job> jobs) {
    var spec = cronJob.spec();
    return Stream.concat(
            oldest(jobs, JobStates.COMPLETE, spec.successfulJobsHistoryLimit()),
            oldest(jobs, JobStates.FAILED, spec.failedJobsHistoryLimit()))
        .toList();
  }

  private static Stream<Job> oldest(List<Job> jobs, String ending, @Nullable Integer kept) {
    var ended =
        jobs.stream()
            .filter(job -> JobStates.ending(job).filter(it -> it.type().equals(ending)).isPresent())
            .sorted(OLDEST_FIRST)
            .toList();
    return kept == null ? Stream.of() : ended.stream().limit(Math.max(0, ended.size() - kept));
  }

  private static Instant begun(Job job) {
    return Objects.requireNonNullElse(job.status().startTime(), Instant.MAX);
  }
}

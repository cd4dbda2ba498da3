package io.kubejar.controllers.cronjob;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.CronJobStatus;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.controllers.job.JobStates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What has become of the Jobs of a CronJob. Pure.
///
/// @param status without those that have ended or are gone
/// @param notices what people should know
record Observed(CronJobStatus status, List<Notice> notices) {
  Observed {
    notices = List.copyOf(notices);
  }

  /// @param jobs that it controls
  /// @param missing UIDs of Jobs that should run, but are not there any more
  static Observed of(CronJob cronJob, List<Job> jobs, Set<String> missing) {
    var active =
        cronJob.status().active().stream().map(ObjectReference::uid).collect(Collectors.toSet());
    var notices = new ArrayList<Notice>();
    var ended = new ArrayList<String>();
    var success = cronJob.status().lastSuccessfulTime();
    for (var job : jobs) {
      var uid = job.metadata().uid();
      var ending = JobStates.ending(job);
      if (ending.isEmpty() && !active.contains(uid)) {
        notices.add(
            Notice.warning(
                "UnexpectedJob",
                "Saw a job that the controller did not create or forgot: "
                    + job.metadata().name()));
      } else if (ending.isPresent()) {
        if (active.contains(uid)) {
          ended.add(uid);
          notices.add(saw(job, ending.get().type()));
        }
        success = later(success, ending.get().type(), job);
      }
    }
    for (var reference : cronJob.status().active()) {
      if (missing.contains(reference.uid())) {
        ended.add(reference.uid());
        notices.add(Notice.normal("MissingJob", "Active job went missing: " + reference.name()));
      }
    }
    var status = without(cronJob.status(), ended).withLastSuccessfulTime(success);
    return new Observed(status, notices);
  }

  static CronJobStatus without(CronJobStatus status, List<String> uids) {
    return status.withActive(
        status.active().stream().filter(job -> !uids.contains(job.uid())).toList());
  }

  private static Notice saw(Job job, String condition) {
    return Notice.normal(
        "SawCompletedJob",
        "Saw completed job: " + job.metadata().name() + ", condition: " + condition);
  }

  private static @Nullable Instant later(@Nullable Instant known, String ending, Job job) {
    var done = job.status().completionTime();
    if (!ending.equals(JobStates.COMPLETE) || done == null) {
      return known;
    }
    return known == null || done.isAfter(known) ? done : known;
  }
}

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
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What has become of the Jobs of a CronJob. Pure.
///
/// A Job that was made just before a crash is not in the status. Its name and its annotation tell
/// for which moment it was made, so it is taken in again, and its moment counts as begun.
///
/// @param status without those that have ended or are gone, with those that were forgotten
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
    var forgotten = new ArrayList<ObjectReference>();
    var success = cronJob.status().lastSuccessfulTime();
    var begun = cronJob.status().lastScheduleTime();
    for (var job : jobs) {
      var uid = job.metadata().uid();
      var ending = JobStates.ending(job);
      var moment = NewJob.moment(cronJob, job);
      begun = moment.filter(isAfter(begun)).orElse(begun);
      if (ending.isEmpty() && !active.contains(uid)) {
        notices.add(
            Notice.warning(
                "UnexpectedJob",
                "Saw a job that the controller did not create or forgot: "
                    + job.metadata().name()));
        moment.ifPresent(_ -> forgotten.add(NewJob.reference(job)));
      } else if (ending.isPresent()) {
        if (active.contains(uid)) {
          ended.add(uid);
          notices.add(saw(job, ending.get().type()));
        }
        success = NewJob.success(job).filter(isAfter(success)).orElse(success);
      }
    }
    for (var reference : cronJob.status().active()) {
      if (missing.contains(reference.uid())) {
        ended.add(reference.uid());
        notices.add(Notice.normal("MissingJob", "Active job went missing: " + reference.name()));
      }
    }
    var status = with(without(cronJob.status(), ended), forgotten);
    return new Observed(
        status.withLastSuccessfulTime(success).withLastScheduleTime(begun), notices);
  }

  static CronJobStatus without(CronJobStatus status, List<String> uids) {
    return status.withActive(
        status.active().stream().filter(job -> !uids.contains(job.uid())).toList());
  }

  static CronJobStatus with(CronJobStatus status, List<ObjectReference> jobs) {
    var active = new ArrayList<>(status.active());
    active.addAll(jobs);
    return status.withActive(active);
  }

  private static Notice saw(Job job, String condition) {
    return Notice.normal(
        "SawCompletedJob",
        "Saw completed job: " + job.metadata().name() + ", condition: " + condition);
  }

  private static Predicate<Instant> isAfter(@Nullable Instant known) {
    return time -> known == null || time.isAfter(known);
  }
}

package io.kubejar.controllers.cronjob;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.CronJobStatus;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.client.OwnWrites;
import io.kubejar.client.Reconciler;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Begins the Job of one CronJob that is due, and reports on those that have begun.
///
/// @param written its own statuses, until the cache shows them
/// @param deleting UIDs of Jobs that it has deleted and the cache still shows
/// @param late hears of every Job how long after its moment it was made
record CronJobReconciler(
    Client client,
    Informer<CronJob> cronJobs,
    Informer<Job> jobs,
    OwnWrites written,
    Set<String> deleting,
    EventRecorder events,
    Consumer<Duration> late,
    InstantSource clock)
    implements Reconciler {

  @Override
  public Outcome reconcile(ObjectKey key) throws InterruptedException {
    var found = cronJobs.find(key);
    if (found.isEmpty()) {
      written.forget(key);
      return Outcome.done(); // The garbage collector takes the Jobs.
    }
    var cronJob = found.get();
    if (!written.shownBy(cronJob)) {
      return Outcome.done(); // It would not know the Job that it has just begun.
    }
    var children =
        jobs.ownedBy(cronJob).stream()
            .filter(job -> ControllerRefs.isControlledBy(job, cronJob))
            .filter(job -> !deleting.contains(job.metadata().uid()))
            .toList();
    var observed = Observed.of(cronJob, children, missing(cronJob, children));
    observed.notices().forEach(notice -> notice.tell(events, cronJob));
    var outcome = advance(cronJob, cronJob.withStatus(observed.status()));
    tidyUp(cronJob, children); // Last: what an old Job tells is in the status by now.
    return outcome;
  }

  /// @param known as it is in the cache
  /// @param seen with what has become of its Jobs
  private Outcome advance(CronJob known, CronJob seen) throws InterruptedException {
    var now = clock.instant();
    var plan = CronPlan.of(seen, now);
    plan.notices().forEach(notice -> notice.tell(events, known));
    if (plan.start().isEmpty()) {
      report(known, seen.status());
      return again(plan.again());
    }
    var begun = begin(seen, plan.start().get());
    report(known, begun.status()); // What was replaced is gone, even if nothing has come.
    if (begun.refused().isPresent()) {
      throw begun.refused().get();
    }
    return again(Timetable.untilNext(seen.withStatus(begun.status()), Schedules.of(seen), now));
  }

  private static Outcome again(Optional<Duration> wait) {
    return wait.map(it -> Outcome.checkAgain(it, "the schedule")).orElse(Outcome.done());
  }

  /// What came of beginning a Job.
  private record Begun(CronJobStatus status, Optional<ApiException> refused) {}

  private Begun begin(CronJob cronJob, Instant moment) throws InterruptedException {
    var status = cronJob.status();
    try {
      if (cronJob.spec().concurrencyPolicy().equals("Replace")) {
        for (var running : cronJob.status().active()) {
          replace(cronJob, running);
          status = Observed.without(status, List.of(running.uid()));
        }
      }
      var job = create(cronJob, NewJob.of(cronJob, moment), moment);
      return new Begun(noted(status, cronJob, job, moment), Optional.empty());
    } catch (ApiException refused) {
      return new Begun(status, Optional.of(refused));
    }
  }

  private static CronJobStatus noted(
      CronJobStatus status, CronJob cronJob, Job job, Instant moment) {
    boolean listed = status.active().stream().anyMatch(it -> it.uid().equals(job.metadata().uid()));
    if (listed || !ControllerRefs.isControlledBy(job, cronJob)) {
      return status; // Somebody else has made it, and reports it.
    }
    return Observed.with(status, List.of(NewJob.reference(job))).withLastScheduleTime(moment);
  }

  private Job create(CronJob cronJob, Job wanted, Instant moment) throws InterruptedException {
    try {
      var job = client.create(Job.RESOURCE, wanted);
      var made = Objects.requireNonNullElse(job.metadata().creationTimestamp(), moment);
      late.accept(Duration.between(moment, made));
      events.normal(cronJob, "SuccessfulCreate", "Created job " + job.metadata().name());
      return job;
    } catch (ApiException refused) {
      if (refused.isAlreadyExists()) {
        return client.get(Job.RESOURCE, ObjectKey.of(wanted)); // Made before a crash.
      }
      if (!refused.isNamespaceTerminating()) {
        events.warning(cronJob, "FailedCreate", "Error creating job: " + refused.getMessage());
      }
      throw refused;
    }
  }

  private void replace(CronJob cronJob, ObjectReference running) throws InterruptedException {
    Job job;
    try {
      job = client.get(Job.RESOURCE, new ObjectKey(running.namespace(), running.name()));
    } catch (ApiException refused) {
      events.warning(cronJob, "FailedGet", "Get job: " + refused.getMessage());
      throw refused;
    }
    var refused = delete(cronJob, job);
    if (refused.isPresent()) {
      throw refused.get();
    }
  }

  /// Deletes the oldest Jobs that have ended.
  private void tidyUp(CronJob cronJob, List<Job> children) throws InterruptedException {
    var refused = Optional.<ApiException>empty();
    for (var job : History.tooMany(cronJob, children)) {
      if (job.metadata().deletionTimestamp() == null) {
        var known = refused;
        refused = delete(cronJob, job).or(() -> known);
      }
    }
    if (refused.isPresent()) {
      throw refused.get(); // Nothing else may bring it back: the schedule may be suspended.
    }
  }

  /// Answers why it could not be done.
  private Optional<ApiException> delete(CronJob cronJob, Job job) throws InterruptedException {
    var options =
        DeleteOptions.EMPTY
            .withPropagationPolicy("Background")
            .withPreconditions(Preconditions.EMPTY.withUid(job.metadata().uid()));
    deleting.add(job.metadata().uid()); // Before, as the cache may be quicker than the answer.
    try {
      client.delete(Job.RESOURCE, ObjectKey.of(job), options);
    } catch (ApiException refused) {
      deleting.remove(job.metadata().uid());
      if (refused.isNotFound()) {
        return Optional.empty(); // The cache was behind.
      }
      events.warning(cronJob, "FailedDelete", "Deleted job: " + refused.getMessage());
      return Optional.of(refused);
    }
    events.normal(cronJob, "SuccessfulDelete", "Deleted job " + job.metadata().name());
    return Optional.empty();
  }

  /// Jobs that should run, but that neither the cache nor the server has.
  private Set<String> missing(CronJob cronJob, List<Job> children) throws InterruptedException {
    var there = children.stream().map(job -> job.metadata().uid()).collect(Collectors.toSet());
    var missing = new HashSet<String>();
    for (var active : cronJob.status().active()) {
      if (!there.contains(active.uid())
          && client
              .find(Job.RESOURCE, new ObjectKey(active.namespace(), active.name()))
              .isEmpty()) {
        missing.add(active.uid());
      }
    }
    return missing;
  }

  private void report(CronJob known, CronJobStatus status) throws InterruptedException {
    if (!status.equals(known.status())) {
      written.wrote(client.updateStatus(CronJob.RESOURCE, known.withStatus(status)));
    }
  }
}

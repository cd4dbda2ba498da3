package io.kubejar.apiserver.validation;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobStatus;
import io.kubejar.api.batch.v1.UncountedTerminatedPods;
import io.kubejar.apimachinery.validation.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// What a job's controller may report of it. Most rules look only at what has changed, so that a
/// job that was reported wrongly once can still be reported.
final class JobStatuses {
  private static final String COMPLETE = "Complete";
  private static final String FAILED = "Failed";
  private static final String FAILURE_TARGET = "FailureTarget";
  private static final String SUCCESS_CRITERIA_MET = "SuccessCriteriaMet";

  private final Check at;
  private final Job job;
  private final Job old;
  private final JobStatus now;
  private final JobStatus was;

  private JobStatuses(Check at, Job job, Job old) {
    this.at = at;
    this.job = job;
    this.old = old;
    now = job.status();
    was = old.status();
  }

  static void update(Check at, Job job, Job old) {
    var rules = new JobStatuses(at, job, old);
    rules.numbers();
    rules.conditions();
    rules.times();
    rules.onceFinished();
    rules.indexes();
    rules.pods();
    rules.success();
    rules.neverUndone();
  }

  private void numbers() {
    at.at("active").nonNegative(now.active());
    at.at("succeeded").nonNegative(now.succeeded());
    at.at("failed").nonNegative(now.failed());
    at.at("ready").nonNegative(now.ready());
    at.at("terminating").nonNegative(now.terminating());
    var uncounted = now.uncountedTerminatedPods();
    if (uncounted != null) {
      var seen = new HashSet<String>();
      uids(at.at("uncountedTerminatedPods").at("succeeded"), uncounted.succeeded(), seen);
      uids(at.at("uncountedTerminatedPods").at("failed"), uncounted.failed(), seen);
    }
  }

  private static void uids(Check at, List<String> uids, Set<String> seen) {
    at.each(
        uids,
        (item, uid) -> {
          if (uid.isEmpty()) {
            item.invalid(uid, "must not be empty");
          } else if (!seen.add(uid)) {
            item.duplicate(uid);
          }
        });
  }

  private boolean is(String condition) {
    return Jobs.isTrue(job, condition);
  }

  private boolean changed(String condition) {
    return is(condition) != Jobs.isTrue(old, condition);
  }

  private boolean isFinished() {
    return is(COMPLETE) || is(FAILED);
  }

  private boolean finishedNow() {
    return isFinished() != (Jobs.isTrue(old, COMPLETE) || Jobs.isTrue(old, FAILED));
  }

  private void wrongConditions(String detail) {
    var place = at.at("conditions");
    place.errors().add(FieldError.invalidUnshown(place.path(), detail));
  }

  private void conditions() {
    if ((changed(COMPLETE) || changed(FAILED)) && is(COMPLETE) && is(FAILED)) {
      wrongConditions("cannot set Complete=True and Failed=true conditions");
    }
    if ((changed(COMPLETE) || changed(FAILURE_TARGET)) && is(COMPLETE) && is(FAILURE_TARGET)) {
      wrongConditions("cannot set Complete=True and FailureTarget=true conditions");
    }
  }

  private void times() {
    boolean started = !Objects.equals(now.startTime(), was.startTime());
    boolean completed = !Objects.equals(now.completionTime(), was.completionTime());
    var completion = now.completionTime();
    if (changed(COMPLETE) || completed) {
      if (completion != null && !is(COMPLETE)) {
        at.at("completionTime")
            .invalid(
                completion, "cannot set completionTime when there is no Complete=True condition");
      }
      if (completion == null && is(COMPLETE)) {
        at.at("completionTime").required("completionTime is required for Complete jobs");
      }
    }
    if ((started || completed)
        && now.startTime() != null
        && completion != null
        && completion.isBefore(now.startTime())) {
      at.at("completionTime").invalid(completion, "must be equal to or after `startTime`");
    }
    boolean indexesFailed = !Objects.equals(now.failedIndexes(), was.failedIndexes());
    if ((changed(FAILED) || indexesFailed) && is(FAILED) && !is(FAILURE_TARGET)) {
      wrongConditions("cannot set Failed=True condition without the FailureTarget=true condition");
    }
    if ((changed(COMPLETE) || changed(SUCCESS_CRITERIA_MET))
        && is(COMPLETE)
        && !is(SUCCESS_CRITERIA_MET)) {
      wrongConditions(
          "cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
    }
  }

  private void onceFinished() {
    if (!isFinished()) {
      return;
    }
    if ((finishedNow() || now.active() != was.active()) && now.active() > 0) {
      at.at("active").invalid(now.active(), "active>0 is invalid for finished job");
    }
    boolean nothingToDo =
        Boolean.TRUE.equals(job.spec().suspend()) && Objects.equals(job.spec().completions(), 0);
    boolean started = !Objects.equals(now.startTime(), was.startTime());
    if ((finishedNow() || started) && !nothingToDo && now.startTime() == null) {
      at.at("startTime").required("startTime is required for finished job");
    }
    var uncounted = now.uncountedTerminatedPods();
    boolean counted = !Objects.equals(uncounted, was.uncountedTerminatedPods());
    if ((finishedNow() || counted) && uncounted != null && !isEmpty(uncounted)) {
      at.at("uncountedTerminatedPods").invalid(uncounted, "must be empty for finished job");
    }
  }

  private static boolean isEmpty(UncountedTerminatedPods pods) {
    return pods.succeeded().isEmpty() && pods.failed().isEmpty();
  }

  private void indexes() {
    boolean completed = !now.completedIndexes().equals(was.completedIndexes());
    boolean failed = !Objects.equals(now.failedIndexes(), was.failedIndexes());
    var failedIndexes = now.failedIndexes();
    var completions = job.spec().completions();
    boolean perIndex = job.spec().backoffLimitPerIndex() != null;
    if (completed && completions != null) {
      problem("completedIndexes", now.completedIndexes(), completions);
    }
    if (failed && completions != null && perIndex && failedIndexes != null) {
      problem("failedIndexes", failedIndexes, completions);
    }
    if (completed && !now.completedIndexes().isEmpty() && !Jobs.isIndexed(job.spec())) {
      at.at("completedIndexes")
          .invalid(
              now.completedIndexes(),
              "cannot set non-empty completedIndexes when non-indexed completion mode");
    }
    if (failed && !perIndex && failedIndexes != null) {
      at.at("failedIndexes")
          .invalid(
              failedIndexes, "cannot set non-null failedIndexes when backoffLimitPerIndex is null");
    }
    if ((failed || completed) && completions != null && failedIndexes != null) {
      JobIndexes.parse(now.completedIndexes(), completions)
          .common(JobIndexes.parse(failedIndexes, completions))
          .ifPresent(
              index ->
                  at.at("failedIndexes")
                      .invalid(
                          failedIndexes,
                          "failedIndexes and completedIndexes overlap at index: " + index));
    }
  }

  private void problem(String field, String indexes, int completions) {
    JobIndexes.parse(indexes, completions)
        .problem()
        .ifPresent(
            problem -> at.at(field).invalid(indexes, "error parsing " + field + ": " + problem));
  }

  private void pods() {
    boolean terminating = !Objects.equals(now.terminating(), was.terminating());
    if ((finishedNow() || terminating)
        && now.terminating() != null
        && now.terminating() > 0
        && isFinished()) {
      at.at("terminating").invalid(now.terminating(), "terminating>0 is invalid for finished job");
    }
    boolean ready = !Objects.equals(now.ready(), was.ready()) || now.active() != was.active();
    if (ready && now.ready() != null && now.ready() > now.active()) {
      at.at("ready").invalid(now.ready(), "cannot set more ready pods than active");
    }
  }

  private void success() {
    if (is(SUCCESS_CRITERIA_MET) && is(FAILED)) {
      wrongConditions("cannot set SuccessCriteriaMet=True and Failed=true conditions");
    }
    if (is(SUCCESS_CRITERIA_MET) && is(FAILURE_TARGET)) {
      wrongConditions("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
    }
    if (job.spec().successPolicy() != null && !is(SUCCESS_CRITERIA_MET) && is(COMPLETE)) {
      wrongConditions(
          "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True");
    }
  }

  private void neverUndone() {
    for (var terminal : List.of(FAILED, COMPLETE, FAILURE_TARGET)) {
      if (Jobs.isTrue(old, terminal) && !is(terminal)) {
        wrongConditions("cannot disable the terminal " + terminal + "=True condition");
      }
    }
    if (now.failed() < was.failed()) {
      at.at("failed").invalid(now.failed(), "cannot decrease the failed counter");
    }
    boolean elastic =
        Jobs.isIndexed(job.spec())
            && Objects.equals(job.spec().completions(), job.spec().parallelism());
    if (now.succeeded() < was.succeeded() && !elastic) {
      at.at("succeeded").invalid(now.succeeded(), "cannot decrease the succeeded counter");
    }
    var completion = now.completionTime();
    if (completion != null
        && was.completionTime() != null
        && !completion.equals(was.completionTime())) {
      at.at("completionTime").invalid(completion, Check.IMMUTABLE);
    }
    boolean resuming =
        Jobs.isTrue(old, "Suspended")
            && now.conditions().stream()
                .anyMatch(it -> it.type().equals("Suspended") && it.status().equals("False"));
    if (was.startTime() != null
        && !was.startTime().equals(now.startTime())
        && !resuming
        && !Boolean.TRUE.equals(job.spec().suspend())) {
      at.at("startTime")
          .invalid(now.startTime(), "field is immutable for unsuspended job once set");
    }
    boolean met = Jobs.isTrue(old, SUCCESS_CRITERIA_MET);
    if (met && !is(SUCCESS_CRITERIA_MET)) {
      wrongConditions("cannot disable the SuccessCriteriaMet=True condition");
    }
    if (Jobs.isTrue(old, COMPLETE) && !met && is(SUCCESS_CRITERIA_MET)) {
      wrongConditions(
          "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions");
    }
  }
}

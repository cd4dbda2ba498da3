package io.kubejar.apiserver.validation;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobSpec;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Jobs and CronJobs.
final class Jobs {
  private static final int LONGEST_CRON_JOB_NAME = 52;
  private static final int MOST_PARALLEL_INDEXED = 100_000;

  private Jobs() {}

  static void job(Check root, Job job) {
    var at = root.at("spec");
    spec(at, job.spec());
    if (job.spec().selector() == null) {
      at.at("selector").required("");
    } else {
      MetadataValidation.selector(at.at("selector"), job.spec().selector());
      matching(at, job);
    }
  }

  private static void matching(Check at, Job job) {
    var labels = job.spec().template().metadata().labels();
    boolean matches =
        Workloads.parsed(job.spec().selector()).map(s -> s.matches(labels)).orElse(true);
    if (!matches) {
      at.at("template")
          .at("metadata")
          .at("labels")
          .invalid(labels, "`selector` does not match template `labels`");
    }
  }

  private static void spec(Check at, JobSpec spec) {
    at.at("parallelism").nonNegative(spec.parallelism());
    at.at("completions").nonNegative(spec.completions());
    var deadline = spec.activeDeadlineSeconds();
    at.at("activeDeadlineSeconds").nonNegative(deadline);
    at.at("backoffLimit").nonNegative(spec.backoffLimit());
    at.at("ttlSecondsAfterFinished").nonNegative(spec.ttlSecondsAfterFinished());
    at.at("backoffLimitPerIndex").nonNegative(spec.backoffLimitPerIndex());
    at.at("maxFailedIndexes").nonNegative(spec.maxFailedIndexes());
    completionMode(at, spec);
    at.at("podReplacementPolicy")
        .oneOfOrEmpty(spec.podReplacementPolicy(), "Failed", "TerminatingOrFailed");
    PodSpecs.template(at.at("template"), spec.template());
    var policy = spec.template().spec().restartPolicy();
    if (!policy.equals("OnFailure") && !policy.equals("Never")) {
      at.at("template")
          .at("spec")
          .at("restartPolicy")
          .required("valid values: \"OnFailure\", \"Never\"");
    }
    if (spec.podFailurePolicy() != null && !policy.equals("Never")) {
      at.at("template")
          .at("spec")
          .at("restartPolicy")
          .invalid(policy, "only \"Never\" is supported when podFailurePolicy is specified");
    }
  }

  private static void completionMode(Check at, JobSpec spec) {
    var mode = spec.completionMode();
    if (mode == null) {
      return;
    }
    at.at("completionMode").oneOf(mode, "Indexed", "NonIndexed");
    if (!mode.equals("Indexed")) {
      return;
    }
    if (spec.completions() == null) {
      at.at("completions").required("when completion mode is Indexed");
    }
    var parallelism = spec.parallelism();
    if (parallelism != null && parallelism > MOST_PARALLEL_INDEXED) {
      at.at("parallelism")
          .invalid(
              parallelism,
              "must be less than or equal to "
                  + MOST_PARALLEL_INDEXED
                  + " when completion mode is Indexed");
    }
  }

  static void job(Check root, Job job, Job old) {
    var at = root.at("spec");
    var now = job.spec();
    var before = old.spec();
    if (now.equals(before)) {
      return;
    }
    job(root, job);
    boolean elastic =
        Objects.equals(now.completionMode(), "Indexed")
            && Objects.equals(now.completions(), now.parallelism());
    if (!elastic) {
      at.at("completions").immutable(now.completions(), before.completions());
    }
    at.at("selector").immutable(now.selector(), before.selector());
    boolean suspended = Boolean.TRUE.equals(before.suspend()) && old.status().startTime() == null;
    if (!suspended) {
      at.at("template").immutable(now.template(), before.template());
    }
    at.at("completionMode").immutable(now.completionMode(), before.completionMode());
    at.at("podFailurePolicy").immutable(now.podFailurePolicy(), before.podFailurePolicy());
    at.at("backoffLimitPerIndex")
        .immutable(now.backoffLimitPerIndex(), before.backoffLimitPerIndex());
    at.at("managedBy").immutable(now.managedBy(), before.managedBy());
    at.at("successPolicy").immutable(now.successPolicy(), before.successPolicy());
  }

  static void cronJob(Check root, CronJob job) {
    var at = root.at("spec");
    var spec = job.spec();
    if (job.metadata().name().length() > LONGEST_CRON_JOB_NAME) {
      root.at("metadata")
          .at("name")
          .invalid(job.metadata().name(), "must be no more than 52 characters");
    }
    schedule(at.at("schedule"), spec.schedule());
    timeZone(at.at("timeZone"), spec.timeZone());
    at.at("startingDeadlineSeconds").nonNegative(spec.startingDeadlineSeconds());
    at.at("concurrencyPolicy").oneOf(spec.concurrencyPolicy(), "Allow", "Forbid", "Replace");
    at.at("successfulJobsHistoryLimit").nonNegative(spec.successfulJobsHistoryLimit());
    at.at("failedJobsHistoryLimit").nonNegative(spec.failedJobsHistoryLimit());
    var template = at.at("jobTemplate").at("spec");
    spec(template, spec.jobTemplate().spec());
    if (spec.jobTemplate().spec().selector() != null) {
      template
          .at("selector")
          .invalid(spec.jobTemplate().spec().selector(), "`selector` will be auto-generated");
    }
  }

  private static void schedule(Check at, String schedule) {
    if (schedule.isEmpty()) {
      at.required("");
    } else if (schedule.contains("TZ")) {
      at.invalid(schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
    } else {
      CronSchedule.problem(schedule).ifPresent(problem -> at.invalid(schedule, problem));
    }
  }

  private static void timeZone(Check at, @Nullable String zone) {
    if (zone == null) {
      return;
    }
    if (zone.isEmpty()) {
      at.invalid(zone, "timeZone must be nil or non-empty string");
      return;
    }
    if (zone.equalsIgnoreCase("Local")) {
      at.invalid(
          zone,
          "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
      return;
    }
    try {
      Objects.requireNonNull(ZoneId.of(zone, Map.of()));
    } catch (DateTimeException _) {
      at.invalid(zone, "unknown time zone " + zone);
    }
  }
}

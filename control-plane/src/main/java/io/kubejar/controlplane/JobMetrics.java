package io.kubejar.controlplane;

import io.kubejar.controllers.Watchers;
import io.kubejar.controllers.job.JobWatcher;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/// What the controllers of Jobs do, under upstream's names.
final class JobMetrics implements JobWatcher {
  private static final String JOBS = "job_controller_";
  private static final String SUCCEEDED = "succeeded";
  private static final String FAILED = "failed";

  private final Histogram durations;
  private final Counter syncs;
  private final Counter finished;
  private final Counter foreign;
  private final Counter pods;
  private final Counter handled;
  private final Counter tracked;
  private final Counter indexes;
  private final Counter creations;
  private final Counter stale;

  private JobMetrics(PrometheusRegistry registry) {
    durations =
        Histogram.builder()
            .name(JOBS + "job_sync_duration_seconds")
            .help("How long it took to look at a Job")
            .labelNames("completion_mode", "result", "action")
            .classicOnly()
            .classicUpperBounds(doubling(0.004, 15))
            .register(registry);
    syncs = counter(registry, "job_syncs", "Looks at Jobs", "completion_mode", "result", "action");
    finished =
        counter(
            registry,
            "jobs_finished",
            "Jobs that have ended",
            "completion_mode",
            "result",
            "reason");
    foreign =
        counter(
            registry,
            "jobs_by_external_controller",
            "Jobs that another controller takes care of",
            "controller_name");
    pods =
        counter(
            registry,
            "job_pods_finished",
            "Ended pods that are counted",
            "completion_mode",
            "result");
    handled =
        counter(
            registry,
            "pod_failures_handled_by_failure_policy",
            "Failed pods that a policy took this action for",
            "action");
    tracked =
        counter(
            registry,
            "terminated_pods_tracking_finalizer",
            "Ended pods that began and ceased to wait for being counted",
            "event");
    indexes =
        counter(
            registry, "job_finished_indexes", "Indexes that have ended", "status", "backoffLimit");
    creations =
        counter(registry, "job_pods_creation", "Pods that were to be made", "reason", "status");
    stale =
        counter(
            registry,
            "stale_sync_skips",
            "Looks put off because the cache was behind",
            "group",
            "resource");
  }

  /// All three controllers, counted in this registry.
  static Watchers of(PrometheusRegistry registry) {
    var skew =
        Histogram.builder()
            .name("cronjob_controller_job_creation_skew_duration_seconds")
            .help("From the moment of a schedule until its Job was made")
            .classicOnly()
            .classicUpperBounds(doubling(1, 10))
            .register(registry);
    var deletions =
        Histogram.builder()
            .name("ttl_after_finished_controller_job_deletion_duration_seconds")
            .help("From the moment when a Job was no longer wanted until it was deleted")
            .classicOnly()
            .classicUpperBounds(doubling(0.1, 14))
            .register(registry);
    return new Watchers(
        new JobMetrics(registry),
        late -> skew.observe(seconds(late)),
        late -> deletions.observe(seconds(late)));
  }

  @Override
  public void synced(String mode, boolean well, String action, Duration took) {
    var result = well ? "success" : "error";
    durations.labelValues(mode, result, action).observe(seconds(took));
    syncs.labelValues(mode, result, action).inc();
  }

  @Override
  public void finished(String mode, boolean well, String reason) {
    finished.labelValues(mode, well ? SUCCEEDED : FAILED, reason).inc();
  }

  @Override
  public void counted(String mode, int succeeded, int failed) {
    add(pods, succeeded, mode, SUCCEEDED);
    add(pods, failed, mode, FAILED);
  }

  @Override
  public void indexesCounted(boolean perIndex, int succeeded, int failed) {
    var limit = perIndex ? "perIndex" : "global";
    add(indexes, succeeded, SUCCEEDED, limit);
    add(indexes, failed, FAILED, limit);
  }

  @Override
  public void created(String reason, int made, int refused) {
    add(creations, made, reason, SUCCEEDED);
    add(creations, refused, reason, FAILED);
  }

  @Override
  public void failureHandled(String action, int count) {
    add(handled, count, action);
  }

  @Override
  public void endedTracked(boolean more) {
    tracked.labelValues(more ? "add" : "delete").inc();
  }

  @Override
  public void managedByOther(String controller) {
    foreign.labelValues(controller).inc();
  }

  @Override
  public void skippedAsStale(String group, String resource) {
    stale.labelValues(group, resource).inc();
  }

  /// A counter never goes back: a Job that was made smaller takes nothing from it.
  private static void add(Counter counter, int amount, String... labels) {
    if (amount > 0) {
      counter.labelValues(labels).inc(amount);
    }
  }

  private static Counter counter(
      PrometheusRegistry registry, String name, String help, String... labels) {
    return Counter.builder().name(JOBS + name).help(help).labelNames(labels).register(registry);
  }

  private static double[] doubling(double first, int count) {
    var bounds = new double[count];
    for (int i = 0; i < count; i++) {
      bounds[i] = first * (1 << i);
    }
    return bounds;
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}

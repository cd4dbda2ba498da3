package io.kubejar.controlplane;

import io.kubejar.scheduler.SchedulerCounts;
import io.kubejar.scheduler.SchedulerWatcher;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/// What the scheduler does, under upstream's names and with its buckets.
final class SchedulerMetrics implements SchedulerWatcher {
  private static final int MANY_ATTEMPTS = 15;

  private final PrometheusRegistry registry;
  private final String profile;
  private final Counter attempts;
  private final Histogram attemptDurations;
  private final Histogram decisions;
  private final Histogram sinceFirst;
  private final Histogram attemptsOfBound;
  private final Counter preemptions;
  private final Histogram victims;
  private final Counter incoming;
  private final Histogram stages;
  private final Counter evaluations;
  private final Histogram executions;
  private final Counter calls;
  private final Histogram callDurations;

  /// @param profile the name that pods choose the scheduler by
  SchedulerMetrics(PrometheusRegistry registry, String profile) {
    this.registry = registry;
    this.profile = profile;
    attempts = counter("schedule_attempts_total", "Attempts to place pods", "profile", "result");
    attemptDurations =
        histogram(
            "scheduling_attempt_duration_seconds",
            "How long attempts took, binding included",
            exponential(0.001, 2, 15),
            "profile",
            "result");
    decisions =
        histogram(
            "scheduling_algorithm_duration_seconds",
            "How long finding a node took",
            exponential(0.001, 2, 15));
    sinceFirst =
        histogram(
            "pod_scheduling_sli_duration_seconds",
            "From the first attempt for a pod until it was bound",
            exponential(0.01, 2, 20),
            "attempts");
    attemptsOfBound =
        histogram(
            "pod_scheduling_attempts", "How many attempts bound pods took", exponential(1, 2, 5));
    preemptions = counter("preemption_attempts_total", "How often room was looked for");
    victims = histogram("preemption_victims", "How many pods made room", exponential(1, 2, 7));
    incoming = counter("queue_incoming_pods_total", "Pods that came into queues", "event", "queue");
    stages =
        histogram(
            "framework_extension_point_duration_seconds",
            "How long all rules of a stage took",
            exponential(0.0001, 2, 12),
            "extension_point",
            "profile",
            "status");
    evaluations =
        counter(
            "plugin_evaluation_total",
            "How often rules were asked",
            "extension_point",
            "plugin",
            "profile");
    executions =
        histogram(
            "plugin_execution_duration_seconds",
            "How long rules took, in every tenth attempt",
            exponential(0.00001, 1.5, 20),
            "extension_point",
            "plugin",
            "status");
    calls =
        counter("async_api_call_execution_total", "Calls to the API server", "call_type", "result");
    callDurations =
        histogram(
            "async_api_call_execution_duration_seconds",
            "How long calls to the API server took",
            exponential(0.001, 2, 15),
            "call_type",
            "result");
    preemptions.inc(0);
  }

  /// Shows what there is to do, looked up when somebody asks.
  void show(Supplier<SchedulerCounts> scheduler) {
    gauge("pending_pods", "Pods without a node, by queue", "queue")
        .callback(
            gauge -> {
              var now = scheduler.get();
              gauge.call(now.active(), "active");
              gauge.call(now.backoff(), "backoff");
              gauge.call(now.unschedulable(), "unschedulable");
              gauge.call(now.gated(), "gated");
            })
        .register(registry);
    gauge("unschedulable_pods", "Pods that a rule keeps waiting", "plugin", "profile")
        .callback(
            gauge ->
                scheduler
                    .get()
                    .rejected()
                    .forEach((plugin, count) -> gauge.call(count, plugin, profile)))
        .register(registry);
    gauge("cache_size", "What the scheduler knows", "type")
        .callback(
            gauge -> {
              var now = scheduler.get();
              gauge.call(now.nodes(), "nodes");
              gauge.call(now.pods(), "pods");
              gauge.call(now.assumed(), "assumed_pods");
            })
        .register(registry);
    gauge("goroutines", "Work that goes on beside the scheduler", "operation")
        .callback(gauge -> gauge.call(scheduler.get().callsWaiting(), "binding"))
        .register(registry);
  }

  @Override
  public void attempted(Attempt outcome, Duration took) {
    var result = outcome.name().toLowerCase(Locale.ROOT);
    attempts.labelValues(profile, result).inc();
    attemptDurations.labelValues(profile, result).observe(seconds(took));
  }

  @Override
  public void decided(Duration took) {
    decisions.observe(seconds(took));
  }

  @Override
  public void bound(int attempts, Duration since) {
    var label = attempts >= MANY_ATTEMPTS ? MANY_ATTEMPTS + "+" : Integer.toString(attempts);
    sinceFirst.labelValues(label).observe(seconds(since));
    attemptsOfBound.observe(attempts);
  }

  @Override
  public void preemptionTried() {
    preemptions.inc();
  }

  @Override
  public void preempted(int count) {
    victims.observe(count);
  }

  @Override
  public void queued(String queue, String event) {
    incoming.labelValues(event, queue).inc();
  }

  @Override
  public void stage(String point, String status, Duration took) {
    stages.labelValues(point, profile, status).observe(seconds(took));
  }

  @Override
  public void evaluated(String plugin, String point, int times) {
    evaluations.labelValues(point, plugin, profile).inc(times);
  }

  @Override
  public void executed(String plugin, String point, Duration took) {
    executions.labelValues(point, plugin, "Success").observe(seconds(took));
  }

  @Override
  public void called(String type, boolean success, Duration took) {
    var result = success ? "success" : "error";
    calls.labelValues(type, result).inc();
    callDurations.labelValues(type, result).observe(seconds(took));
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  private static double[] exponential(double first, double factor, int count) {
    var bounds = new double[count];
    for (int i = 0; i < count; i++) {
      bounds[i] = first * Math.pow(factor, i);
    }
    return bounds;
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder()
        .name("scheduler_" + name)
        .help(help)
        .labelNames(labels)
        .register(registry);
  }

  private Histogram histogram(String name, String help, double[] bounds, String... labels) {
    return Histogram.builder()
        .name("scheduler_" + name)
        .help(help)
        .labelNames(labels)
        .classicOnly()
        .classicUpperBounds(bounds)
        .register(registry);
  }

  private static GaugeWithCallback.Builder gauge(String name, String help, String... labels) {
    return GaugeWithCallback.builder().name("scheduler_" + name).help(help).labelNames(labels);
  }
}

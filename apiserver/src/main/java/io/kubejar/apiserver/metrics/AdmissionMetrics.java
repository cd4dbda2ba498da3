package io.kubejar.apiserver.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/// How long admission takes and what it refuses, under upstream's names.
public final class AdmissionMetrics {
  /// Codes are bounded, since webhooks choose them.
  private static final int CODE_MAX = 600;

  private static final double[] DURATIONS = {0.005, 0.025, 0.1, 0.5, 1.0, 2.5};
  private static final double[] WEBHOOK_DURATIONS = {0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10, 25};
  private static final double[] CONDITION_DURATIONS = {0.001, 0.005, 0.01, 0.025, 0.1, 0.2, 0.25};
  private static final long SUMMARY_SECONDS = 5 * 60 * 60;

  private final Histogram steps;
  private final Summary stepSummary;
  private final Histogram plugins;
  private final Histogram webhooks;
  private final Counter webhookRequests;
  private final Counter webhookRejections;
  private final Counter webhookFailOpen;
  private final Counter exclusions;
  private final Counter conditionErrors;
  private final Histogram conditionSeconds;

  public AdmissionMetrics(PrometheusRegistry registry) {
    steps =
        histogram("apiserver_admission_step_admission_duration_seconds", DURATIONS)
            .help("How long a step of admission took, by operation and step")
            .labelNames("type", "operation", "rejected")
            .register(registry);
    stepSummary =
        Summary.builder()
            .name("apiserver_admission_step_admission_duration_seconds_summary")
            .help("How long a step of admission took, by operation and step")
            .quantile(0.5, 0.05)
            .quantile(0.9, 0.01)
            .quantile(0.99, 0.001)
            .maxAgeSeconds(SUMMARY_SECONDS)
            .withoutExemplars()
            .labelNames("type", "operation", "rejected")
            .register(registry);
    plugins =
        histogram("apiserver_admission_controller_admission_duration_seconds", DURATIONS)
            .help("How long a plugin took, by operation and step")
            .labelNames("name", "type", "operation", "rejected")
            .register(registry);
    webhooks =
        histogram("apiserver_admission_webhook_admission_duration_seconds", WEBHOOK_DURATIONS)
            .help("How long a webhook took, by operation and type")
            .labelNames("name", "type", "operation", "rejected")
            .register(registry);
    webhookRequests =
        counter("apiserver_admission_webhook_request_total")
            .help("Calls of webhooks, by type, operation and HTTP code")
            .labelNames("name", "type", "operation", "code", "rejected")
            .register(registry);
    webhookRejections =
        counter("apiserver_admission_webhook_rejection_count")
            .help("Requests that webhooks refused or that failed with them")
            .labelNames("name", "type", "operation", "error_type", "rejection_code")
            .register(registry);
    webhookFailOpen =
        counter("apiserver_admission_webhook_fail_open_count")
            .help("Failures of webhooks that were ignored")
            .labelNames("name", "type")
            .register(registry);
    exclusions =
        counter("apiserver_admission_match_condition_exclusions_total")
            .help("Requests that match conditions left out")
            .labelNames("name", "kind", "type", "operation")
            .register(registry);
    conditionErrors =
        counter("apiserver_admission_match_condition_evaluation_errors_total")
            .help("Match conditions that could not be evaluated")
            .labelNames("name", "kind", "type", "operation")
            .register(registry);
    conditionSeconds =
        histogram("apiserver_admission_match_condition_evaluation_seconds", CONDITION_DURATIONS)
            .help("How long match conditions took that did not all hold")
            .labelNames("name", "kind", "type", "operation")
            .register(registry);
  }

  private static Histogram.Builder histogram(String name, double[] bounds) {
    // Each write observes some dozens of durations, and nobody traces requests.
    return Histogram.builder()
        .name(name)
        .withoutExemplars()
        .classicOnly()
        .classicUpperBounds(bounds);
  }

  private static Counter.Builder counter(String name) {
    return Counter.builder().name(name);
  }

  /// All plugins together: `admit` or `validate`.
  public void step(String type, String operation, boolean rejected, Duration took) {
    var labels = new String[] {type, operation, Boolean.toString(rejected)};
    steps.labelValues(labels).observe(seconds(took));
    stepSummary.labelValues(labels).observe(seconds(took));
  }

  public void plugin(String name, String type, String operation, boolean rejected, Duration took) {
    plugins.labelValues(name, type, operation, Boolean.toString(rejected)).observe(seconds(took));
  }

  /// A webhook was called, or should have been.
  public void webhook(
      String name, String type, String operation, int code, boolean rejected, Duration took) {
    var refused = Boolean.toString(rejected);
    webhookRequests.labelValues(name, type, operation, bounded(code), refused).inc();
    webhooks.labelValues(name, type, operation, refused).observe(seconds(took));
  }

  /// @param error `calling_webhook_error`, `apiserver_internal_error` or `no_error`
  public void webhookRejection(String name, String type, String operation, String error, int code) {
    webhookRejections.labelValues(name, type, operation, error, bounded(code)).inc();
  }

  public void webhookFailOpen(String name, String type) {
    webhookFailOpen.labelValues(name, type).inc();
  }

  /// @param kind whose conditions they are: `webhook` or `policy`
  public void excluded(String name, String kind, String type, String operation) {
    exclusions.labelValues(name, kind, type, operation).inc();
  }

  /// A condition could not be evaluated. The labels are those of [#excluded].
  public void conditionFailed(String name, String kind, String type, String operation) {
    conditionErrors.labelValues(name, kind, type, operation).inc();
  }

  /// Not all conditions held. The labels are those of [#excluded].
  public void conditionsEvaluated(
      String name, String kind, String type, String operation, Duration took) {
    conditionSeconds.labelValues(name, kind, type, operation).observe(seconds(took));
  }

  private static String bounded(int code) {
    return Integer.toString(Math.min(code, CODE_MAX));
  }

  private static double seconds(Duration took) {
    return took.toNanos() / 1e9;
  }
}

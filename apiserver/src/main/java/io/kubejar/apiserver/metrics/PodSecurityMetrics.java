package io.kubejar.apiserver.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;

/// What Pod Security decided, under upstream's names.
public final class PodSecurityMetrics {
  private final Counter evaluations;
  private final Counter exemptions;
  private final Counter errors;

  /// What a request asked for, as far as the metrics tell.
  ///
  /// @param resource `pod`, or `controller` for all that makes pods
  public record Subject(String operation, String resource, String subresource) {}

  public PodSecurityMetrics(PrometheusRegistry registry) {
    evaluations =
        Counter.builder()
            .name("pod_security_evaluations_total")
            .help("Policy evaluations, not counting ignored or exempt requests")
            .labelNames(
                "decision",
                "policy_level",
                "policy_version",
                "mode",
                "request_operation",
                "resource",
                "subresource")
            .register(registry);
    exemptions =
        Counter.builder()
            .name("pod_security_exemptions_total")
            .help("Exempt requests, not counting ignored ones")
            .labelNames("request_operation", "resource", "subresource")
            .register(registry);
    errors =
        Counter.builder()
            .name("pod_security_errors_total")
            .help("Errors that kept a request from being evaluated as meant")
            .labelNames("fatal", "request_operation", "resource", "subresource")
            .register(registry);
  }

  /// @param mode `enforce`, `audit` or `warn`
  public void evaluated(
      boolean allowed, String level, String version, String mode, Subject subject) {
    evaluations
        .labelValues(
            allowed ? "allow" : "deny",
            level,
            version,
            mode,
            operation(subject),
            subject.resource(),
            subject.subresource())
        .inc();
  }

  public void exempted(Subject subject) {
    exemptions.labelValues(operation(subject), subject.resource(), subject.subresource()).inc();
  }

  public void failed(boolean fatal, Subject subject) {
    errors
        .labelValues(
            Boolean.toString(fatal), operation(subject), subject.resource(), subject.subresource())
        .inc();
  }

  private static String operation(Subject subject) {
    return subject.operation().toLowerCase(Locale.ROOT);
  }
}

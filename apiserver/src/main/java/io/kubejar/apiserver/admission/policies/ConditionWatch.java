package io.kubejar.apiserver.admission.policies;

import io.kubejar.apiserver.metrics.AdmissionMetrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Measures the match conditions of one webhook or policy during one request.
///
/// @param name of the webhook or policy
/// @param kind `webhook` or `policy`
/// @param type the step of admission, `admit`, `validating` or, for all policies, `validate`
record ConditionWatch(
    AdmissionMetrics metrics,
    InstantSource clock,
    String name,
    String kind,
    String type,
    String operation) {

  Instant start() {
    return clock.instant();
  }

  void failed() {
    metrics.conditionFailed(name, kind, type, operation);
  }

  /// Not all conditions hold; upstream does not measure when they do.
  void ended(Instant start) {
    metrics.conditionsEvaluated(
        name, kind, type, operation, Duration.between(start, clock.instant()));
  }

  /// The request is left out.
  void excluded() {
    metrics.excluded(name, kind, type, operation);
  }
}

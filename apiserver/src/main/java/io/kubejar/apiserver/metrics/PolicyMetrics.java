package io.kubejar.apiserver.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/// What policies decide and how long they take, under upstream's names.
public final class PolicyMetrics {
  private static final double[] SECONDS = {0.0000005, 0.001, 0.01, 0.1, 1.0};

  private static final String COMPILATION = "compilation";
  private static final String OUT_OF_BUDGET = "validation failed due to running out of cost budget";

  private final Counter checks;
  private final Histogram durations;
  private final Counter mutations;
  private final Histogram mutationDurations;
  private final CelMetrics expressions;

  /// @param expressions counts those of policies as well
  public PolicyMetrics(PrometheusRegistry registry, CelMetrics expressions) {
    this.expressions = expressions;
    checks =
        Counter.builder()
            .name("apiserver_validating_admission_policy_check_total")
            .help("Refusals of validating policies, by policy, binding and what was done")
            .labelNames("policy", "policy_binding", "error_type", "enforcement_action")
            .register(registry);
    durations =
        Histogram.builder()
            .name("apiserver_validating_admission_policy_check_duration_seconds")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .help("How long refusing policies took, by policy, binding and what was done")
            .labelNames("policy", "policy_binding", "error_type", "enforcement_action")
            .register(registry);
    mutations =
        Counter.builder()
            .name("apiserver_mutating_admission_policy_check_total")
            .help("Mutations of mutating policies, by policy and binding")
            .labelNames("policy", "policy_binding", "error_type")
            .register(registry);
    mutationDurations =
        Histogram.builder()
            .name("apiserver_mutating_admission_policy_check_duration_seconds")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .help("How long mutations took, by policy and binding")
            .labelNames("policy", "policy_binding", "error_type")
            .register(registry);
  }

  /// The expressions of a policy were compiled.
  public void compiled(Duration took) {
    expressions.compiled(took);
  }

  /// The expressions of a policy were evaluated for a request.
  public void evaluated(Duration took) {
    expressions.evaluated(took);
  }

  /// What kind of failure an expression's message tells of.
  public static String errorType(String message) {
    if (message.startsWith(COMPILATION)) {
      return "compile_error";
    }
    return message.startsWith(OUT_OF_BUDGET) ? "out_of_budget" : "invalid_error";
  }

  /// What did not hold, or could not be evaluated.
  ///
  /// @param message what was refused
  /// @param action `allow`, `deny`, `warn` or `audit`
  public void checked(String policy, String binding, String message, String action, Duration took) {
    var error = errorType(message);
    checks.labelValues(policy, binding, error, action).inc();
    durations.labelValues(policy, binding, error, action).observe(took.toNanos() / 1e9);
  }

  public void mutated(String policy, String binding, Duration took) {
    mutation(policy, binding, "no_error", took);
  }

  /// @param message why the mutation failed
  public void mutationFailed(String policy, String binding, String message, Duration took) {
    mutation(policy, binding, errorType(message), took);
  }

  private void mutation(String policy, String binding, String error, Duration took) {
    mutations.labelValues(policy, binding, error).inc();
    mutationDurations.labelValues(policy, binding, error).observe(took.toNanos() / 1e9);
  }
}

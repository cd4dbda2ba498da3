package io.kubejar.apiserver.defaulting;

import io.kubejar.api.autoscaling.v2.HPAScalingPolicy;
import io.kubejar.api.autoscaling.v2.HPAScalingRules;
import io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler;
import io.kubejar.api.autoscaling.v2.MetricSpec;
import io.kubejar.api.autoscaling.v2.MetricTarget;
import io.kubejar.api.autoscaling.v2.ResourceMetricSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Autoscalers: by default they hold the CPU at four fifths, grow fast and shrink as fast as they
/// like.
final class AutoscalingDefaults {
  private static final int CPU_PERCENT = 80;
  private static final int PERIOD_SECONDS = 15;
  private static final HPAScalingPolicy DOUBLE =
      new HPAScalingPolicy("Percent", 100, PERIOD_SECONDS);
  private static final HPAScalingPolicy FOUR_MORE = new HPAScalingPolicy("Pods", 4, PERIOD_SECONDS);
  private static final HPAScalingRules DOWN =
      HPAScalingRules.EMPTY.withSelectPolicy("Max").withPolicies(List.of(DOUBLE));
  private static final HPAScalingRules UP =
      DOWN.withPolicies(List.of(FOUR_MORE, DOUBLE)).withStabilizationWindowSeconds(0);

  private AutoscalingDefaults() {}

  static HorizontalPodAutoscaler autoscaler(HorizontalPodAutoscaler autoscaler) {
    var spec = autoscaler.spec();
    spec = spec.withMinReplicas(Objects.requireNonNullElse(spec.minReplicas(), 1));
    if (spec.metrics().isEmpty()) {
      spec = spec.withMetrics(List.of(cpu()));
    }
    var behavior = spec.behavior();
    if (behavior != null) {
      spec =
          spec.withBehavior(
              behavior
                  .withScaleUp(rules(behavior.scaleUp(), UP))
                  .withScaleDown(rules(behavior.scaleDown(), DOWN)));
    }
    return autoscaler.withSpec(spec);
  }

  static io.kubejar.api.autoscaling.v1.HorizontalPodAutoscaler autoscaler(
      io.kubejar.api.autoscaling.v1.HorizontalPodAutoscaler autoscaler) {
    var spec = autoscaler.spec();
    return autoscaler.withSpec(
        spec.withMinReplicas(Objects.requireNonNullElse(spec.minReplicas(), 1)));
  }

  private static MetricSpec cpu() {
    var target = MetricTarget.EMPTY.withType("Utilization").withAverageUtilization(CPU_PERCENT);
    return MetricSpec.EMPTY
        .withType("Resource")
        .withResource(new ResourceMetricSource("cpu", target));
  }

  private static HPAScalingRules rules(@Nullable HPAScalingRules given, HPAScalingRules otherwise) {
    if (given == null) {
      return otherwise;
    }
    var policies = given.policies().isEmpty() ? otherwise.policies() : given.policies();
    var window =
        given.stabilizationWindowSeconds() == null
            ? otherwise.stabilizationWindowSeconds()
            : given.stabilizationWindowSeconds();
    return given
        .withSelectPolicy(Objects.requireNonNullElse(given.selectPolicy(), "Max"))
        .withPolicies(policies)
        .withStabilizationWindowSeconds(window);
  }
}

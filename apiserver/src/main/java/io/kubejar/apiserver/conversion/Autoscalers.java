package io.kubejar.apiserver.conversion;

import io.kubejar.api.autoscaling.v1.HorizontalPodAutoscaler;
import io.kubejar.api.autoscaling.v1.HorizontalPodAutoscalerSpec;
import io.kubejar.api.autoscaling.v1.HorizontalPodAutoscalerStatus;
import io.kubejar.api.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import io.kubejar.api.autoscaling.v2.HorizontalPodAutoscalerCondition;
import io.kubejar.api.autoscaling.v2.MetricSpec;
import io.kubejar.api.autoscaling.v2.MetricStatus;
import io.kubejar.api.autoscaling.v2.MetricTarget;
import io.kubejar.api.autoscaling.v2.ResourceMetricSource;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Autoscalers of version 1 know CPU only; the rest of version 2 travels in annotations.
final class Autoscalers {
  private static final String PREFIX = "autoscaling.alpha.kubernetes.io/";
  private static final String METRICS = PREFIX + "metrics";
  private static final String CURRENT_METRICS = PREFIX + "current-metrics";
  private static final String CONDITIONS = PREFIX + "conditions";
  private static final String BEHAVIOR = PREFIX + "behavior";
  private static final String UTILIZATION = "Utilization";

  private static final int DEFAULT_CPU_PERCENT = 80;

  private Autoscalers() {}

  static io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler toStored(
      HorizontalPodAutoscaler given) {
    var annotations = new LinkedHashMap<>(given.metadata().annotations());
    var spec = given.spec();
    var metrics = new ArrayList<>(list(annotations.remove(METRICS), MetricSpec.CODEC));
    if (spec.targetCPUUtilizationPercentage() != null) {
      metrics.addFirst(cpu(spec.targetCPUUtilizationPercentage()));
    }
    if (metrics.isEmpty()) {
      metrics.add(cpu(DEFAULT_CPU_PERCENT)); // As upstream reads it back from the store.
    }
    var behavior = annotations.remove(BEHAVIOR);
    var target = spec.scaleTargetRef();
    var status = given.status();
    return new io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler(
        given.metadata().withAnnotations(annotations),
        new io.kubejar.api.autoscaling.v2.HorizontalPodAutoscalerSpec(
            new io.kubejar.api.autoscaling.v2.CrossVersionObjectReference(
                target.kind(), target.name(), target.apiVersion()),
            spec.minReplicas(),
            spec.maxReplicas(),
            metrics,
            behavior == null
                ? null
                : HorizontalPodAutoscalerBehavior.CODEC.fromTree(JsonParser.parse(behavior))),
        new io.kubejar.api.autoscaling.v2.HorizontalPodAutoscalerStatus(
            status.observedGeneration(),
            status.lastScaleTime(),
            status.currentReplicas(),
            status.desiredReplicas(),
            list(annotations.remove(CURRENT_METRICS), MetricStatus.CODEC),
            list(annotations.remove(CONDITIONS), HorizontalPodAutoscalerCondition.CODEC)));
  }

  static HorizontalPodAutoscaler fromStored(
      io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler stored) {
    var annotations = new LinkedHashMap<>(stored.metadata().annotations());
    var spec = stored.spec();
    Integer utilization = null;
    var others = new ArrayList<MetricSpec>();
    for (var metric : spec.metrics()) {
      var percentage = utilization == null ? cpuUtilization(metric) : null;
      if (percentage == null) {
        others.add(metric);
      } else {
        utilization = percentage;
      }
    }
    annotate(annotations, METRICS, others, MetricSpec.CODEC);
    var behavior = spec.behavior();
    if (behavior != null) {
      var tree = HorizontalPodAutoscalerBehavior.CODEC.toTree(behavior);
      annotations.put(BEHAVIOR, JsonPrinter.print(tree));
    }
    var status = stored.status();
    annotate(annotations, CURRENT_METRICS, status.currentMetrics(), MetricStatus.CODEC);
    annotate(annotations, CONDITIONS, status.conditions(), HorizontalPodAutoscalerCondition.CODEC);
    var target = spec.scaleTargetRef();
    return new HorizontalPodAutoscaler(
        stored.metadata().withAnnotations(annotations),
        new HorizontalPodAutoscalerSpec(
            new io.kubejar.api.autoscaling.v1.CrossVersionObjectReference(
                target.kind(), target.name(), target.apiVersion()),
            spec.minReplicas(),
            spec.maxReplicas(),
            utilization),
        new HorizontalPodAutoscalerStatus(
            status.observedGeneration(),
            status.lastScaleTime(),
            status.currentReplicas(),
            status.desiredReplicas(),
            currentCpu(status.currentMetrics())));
  }

  private static MetricSpec cpu(int percentage) {
    var target = MetricTarget.EMPTY.withType(UTILIZATION).withAverageUtilization(percentage);
    return MetricSpec.EMPTY
        .withType("Resource")
        .withResource(new ResourceMetricSource("cpu", target));
  }

  private static @Nullable Integer cpuUtilization(MetricSpec metric) {
    var resource = metric.resource();
    return resource != null && resource.name().equals("cpu")
        ? resource.target().averageUtilization()
        : null;
  }

  private static @Nullable Integer currentCpu(List<MetricStatus> metrics) {
    for (var metric : metrics) {
      var resource = metric.resource();
      if (resource != null && resource.name().equals("cpu")) {
        return resource.current().averageUtilization();
      }
    }
    return null;
  }

  private static <X> void annotate(
      Map<String, String> annotations, String name, List<X> values, Codec<X> codec) {
    if (!values.isEmpty()) {
      var trees = values.stream().<JsonValue>map(codec::toTree).toList();
      annotations.put(name, JsonPrinter.print(new JsonArray(trees)));
    }
  }

  private static <X> List<X> list(@Nullable String json, Codec<X> codec) {
    return json != null && JsonParser.parse(json) instanceof JsonArray array
        ? array.values().stream().map(codec::fromTree).toList()
        : List.of();
  }
}

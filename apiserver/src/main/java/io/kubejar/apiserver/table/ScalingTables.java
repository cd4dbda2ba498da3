package io.kubejar.apiserver.table;

import static io.kubejar.apiserver.table.Column.AGE;
import static io.kubejar.apiserver.table.Column.NAME;
import static io.kubejar.apiserver.table.Column.count;
import static io.kubejar.apiserver.table.Column.text;

import io.kubejar.api.autoscaling.v2.ContainerResourceMetricStatus;
import io.kubejar.api.autoscaling.v2.ExternalMetricStatus;
import io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler;
import io.kubejar.api.autoscaling.v2.MetricSpec;
import io.kubejar.api.autoscaling.v2.MetricStatus;
import io.kubejar.api.autoscaling.v2.MetricTarget;
import io.kubejar.api.autoscaling.v2.MetricValueStatus;
import io.kubejar.api.autoscaling.v2.ObjectMetricStatus;
import io.kubejar.api.autoscaling.v2.PodsMetricStatus;
import io.kubejar.api.autoscaling.v2.ResourceMetricStatus;
import io.kubejar.api.resource.v1.DeviceClass;
import io.kubejar.api.resource.v1.ResourceClaim;
import io.kubejar.api.resource.v1.ResourceClaimTemplate;
import io.kubejar.api.resource.v1.ResourceSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Tables of autoscalers and devices.
final class ScalingTables {
  /// How many metrics a cell tells of.
  private static final int SHOWN = 2;

  private ScalingTables() {}

  static final TableView<HorizontalPodAutoscaler> AUTOSCALER =
      new TableView<>(
          List.of(
              NAME,
              text("Reference", "what is scaled"),
              text("Targets", "measured and wanted values"),
              text("MinPods", "never fewer"),
              text("MaxPods", "never more"),
              count("Replicas", "pods now"),
              AGE),
          (autoscaler, now) ->
              List.of(
                  autoscaler.metadata().name(),
                  autoscaler.spec().scaleTargetRef().kind()
                      + "/"
                      + autoscaler.spec().scaleTargetRef().name(),
                  targets(autoscaler),
                  Texts.orUnset(autoscaler.spec().minReplicas()),
                  autoscaler.spec().maxReplicas(),
                  autoscaler.status().currentReplicas(),
                  Ages.of(autoscaler, now)));

  static final TableView<ResourceClaim> RESOURCE_CLAIM =
      new TableView<>(
          List.of(NAME, text("State", "what it has got so far"), AGE),
          (claim, now) -> List.of(claim.metadata().name(), claimState(claim), Ages.of(claim, now)));

  static final TableView<DeviceClass> DEVICE_CLASS =
      new TableView<>(
          List.of(NAME, AGE),
          (devices, now) -> List.of(devices.metadata().name(), Ages.of(devices, now)));

  static final TableView<ResourceClaimTemplate> RESOURCE_CLAIM_TEMPLATE =
      new TableView<>(
          List.of(NAME, AGE),
          (template, now) -> List.of(template.metadata().name(), Ages.of(template, now)));

  static final TableView<ResourceSlice> RESOURCE_SLICE =
      new TableView<>(
          List.of(
              NAME,
              text("Node", "where the devices are"),
              text("Driver", "whose devices they are"),
              text("Pool", "the pool they are in"),
              AGE),
          (slice, now) ->
              List.of(
                  slice.metadata().name(),
                  Texts.orUnset(slice.spec().nodeName()),
                  slice.spec().driver(),
                  slice.spec().pool().name(),
                  Ages.of(slice, now)));

  private static String claimState(ResourceClaim claim) {
    var words = new ArrayList<String>();
    if (claim.metadata().deletionTimestamp() != null) {
      words.add("deleted");
    }
    if (claim.status().allocation() == null) {
      if (words.isEmpty()) {
        words.add("pending");
      }
    } else {
      words.add("allocated");
      if (!claim.status().reservedFor().isEmpty()) {
        words.add("reserved");
      }
    }
    return String.join(",", words);
  }

  private static String targets(HorizontalPodAutoscaler autoscaler) {
    var specs = autoscaler.spec().metrics();
    if (specs.isEmpty()) {
      return Texts.NONE;
    }
    var texts = new ArrayList<String>();
    for (int i = 0; i < specs.size(); i++) {
      var measured = autoscaler.status().currentMetrics();
      texts.add(target(specs.get(i), i < measured.size() ? measured.get(i) : null));
    }
    if (texts.size() <= SHOWN) {
      return String.join(", ", texts);
    }
    return String.join(", ", texts.subList(0, SHOWN)) + " + " + (texts.size() - SHOWN) + " more...";
  }

  private static String target(MetricSpec spec, @Nullable MetricStatus status) {
    var current = Optional.ofNullable(status).flatMap(ScalingTables::valueOf).orElse(null);
    if (spec.resource() != null) {
      return spec.resource().name() + ": " + used(current, spec.resource().target());
    }
    if (spec.containerResource() != null) {
      return spec.containerResource().name()
          + ": "
          + used(current, spec.containerResource().target());
    }
    if (spec.pods() != null) {
      return average(current) + "/" + Texts.orUnset(spec.pods().target().averageValue());
    }
    if (spec.object() != null) {
      return compared(current, spec.object().target());
    }
    return spec.external() == null ? "<unknown type>" : compared(current, spec.external().target());
  }

  /// How much is used of what the pods requested, or on average.
  private static String used(@Nullable MetricValueStatus current, MetricTarget target) {
    if (target.averageValue() != null) {
      return average(current) + "/" + target.averageValue();
    }
    var percent = current == null ? null : current.averageUtilization();
    return (percent == null ? Ages.UNKNOWN : percent + "%")
        + "/"
        + (target.averageUtilization() == null ? "<auto>" : target.averageUtilization() + "%");
  }

  private static String average(@Nullable MetricValueStatus current) {
    var average = current == null ? null : current.averageValue();
    return average == null ? Ages.UNKNOWN : average.toString();
  }

  private static String compared(@Nullable MetricValueStatus current, MetricTarget target) {
    if (target.averageValue() != null) {
      return average(current) + "/" + target.averageValue() + " (avg)";
    }
    var value = current == null ? null : current.value();
    return (value == null ? Ages.UNKNOWN : value) + "/" + Texts.orUnset(target.value());
  }

  private static Optional<MetricValueStatus> valueOf(MetricStatus status) {
    return Optional.ofNullable(status.resource())
        .map(ResourceMetricStatus::current)
        .or(
            () ->
                Optional.ofNullable(status.containerResource())
                    .map(ContainerResourceMetricStatus::current))
        .or(() -> Optional.ofNullable(status.pods()).map(PodsMetricStatus::current))
        .or(() -> Optional.ofNullable(status.object()).map(ObjectMetricStatus::current))
        .or(() -> Optional.ofNullable(status.external()).map(ExternalMetricStatus::current));
  }
}

package io.kubejar.apiserver.validation;

import io.kubejar.api.autoscaling.v2.CrossVersionObjectReference;
import io.kubejar.api.autoscaling.v2.HPAScalingRules;
import io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler;
import io.kubejar.api.autoscaling.v2.MetricIdentifier;
import io.kubejar.api.autoscaling.v2.MetricSpec;
import io.kubejar.api.autoscaling.v2.MetricTarget;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// HorizontalPodAutoscalers.
final class Autoscalers {
  private static final int WINDOW_SECONDS_MAX = 3600;
  private static final int PERIOD_SECONDS_MAX = 1800;
  private static final String EITHER =
      "must set either a target value for metric or a per-pod target";
  private static final String AVERAGE_VALUE = "averageValue";

  private Autoscalers() {}

  static void autoscaler(Check root, HorizontalPodAutoscaler autoscaler) {
    var at = root.at("spec");
    var spec = autoscaler.spec();
    var lowest = spec.minReplicas();
    if (lowest != null && lowest < 1) {
      at.at("minReplicas").invalid(lowest, "must be greater than or equal to 1");
    }
    if (spec.maxReplicas() < 1) {
      at.at("maxReplicas").invalid(spec.maxReplicas(), "must be greater than 0");
    }
    if (lowest != null && spec.maxReplicas() < lowest) {
      at.at("maxReplicas")
          .invalid(spec.maxReplicas(), "must be greater than or equal to `minReplicas`");
    }
    reference(at.at("scaleTargetRef"), spec.scaleTargetRef());
    at.at("metrics").each(spec.metrics(), Autoscalers::metric);
    var behavior = spec.behavior();
    if (behavior != null) {
      rules(at.at("behavior").at("scaleUp"), behavior.scaleUp());
      rules(at.at("behavior").at("scaleDown"), behavior.scaleDown());
    }
  }

  private static void reference(Check at, CrossVersionObjectReference reference) {
    NetworkKinds.named(at.at("kind"), reference.kind());
    NetworkKinds.named(at.at("name"), reference.name());
  }

  private static void metric(Check at, MetricSpec metric) {
    if (metric.type().isEmpty()) {
      at.at("type").required("must specify a metric source type");
    }
    var types = new String[] {"ContainerResource", "External", "Object", "Pods", "Resource"};
    at.at("type").oneOfOrEmpty(metric.type(), types);
    var sources = sources(metric);
    var expected = field(metric.type());
    if (!sources.containsKey(expected)) {
      at.at(expected).required("must populate information for the given metric source");
    }
    if (sources.size() > 1) {
      sources.keySet().stream()
          .filter(present -> !present.equals(expected))
          .forEach(
              present -> at.at(present).forbidden("must populate the given metric source only"));
    }
    check(at, metric);
  }

  private static String field(String type) {
    return type.isEmpty() ? "" : Character.toLowerCase(type.charAt(0)) + type.substring(1);
  }

  private static Map<String, Object> sources(MetricSpec metric) {
    Map<String, @Nullable Object> sources = new LinkedHashMap<>();
    sources.put("object", metric.object());
    sources.put("external", metric.external());
    sources.put("pods", metric.pods());
    sources.put("resource", metric.resource());
    sources.put("containerResource", metric.containerResource());
    var present = new LinkedHashMap<String, Object>();
    sources.forEach(
        (name, source) -> {
          if (source != null) {
            present.put(name, source);
          }
        });
    return present;
  }

  private static void check(Check at, MetricSpec metric) {
    var object = metric.object();
    if (object != null) {
      reference(at.at("object").at("describedObject"), object.describedObject());
      identifier(at.at("object").at("metric"), object.metric());
      target(at.at("object").at("target"), object.target());
      if (object.target().value() == null && object.target().averageValue() == null) {
        at.at("object").at("target").at(AVERAGE_VALUE).required(EITHER);
      }
    }
    var external = metric.external();
    if (external != null) {
      identifier(at.at("external").at("metric"), external.metric());
      target(at.at("external").at("target"), external.target());
      exclusive(at.at("external").at("target"), external.target());
    }
    var pods = metric.pods();
    if (pods != null) {
      identifier(at.at("pods").at("metric"), pods.metric());
      target(at.at("pods").at("target"), pods.target());
      var average = pods.target().averageValue();
      if (average == null || average.signum() <= 0) {
        at.at("pods")
            .at("target")
            .at(AVERAGE_VALUE)
            .required("must specify a positive target averageValue");
      }
    }
    var resource = metric.resource();
    if (resource != null) {
      resource(at.at("resource"), resource.name(), resource.target());
    }
    var container = metric.containerResource();
    if (container != null) {
      if (container.container().isEmpty()) {
        at.at("containerResource").at("container").required("must specify a container");
      }
      resource(at.at("containerResource"), container.name(), container.target());
    }
  }

  private static void exclusive(Check at, MetricTarget target) {
    if (target.value() == null && target.averageValue() == null) {
      at.at(AVERAGE_VALUE).required(EITHER);
    }
    if (target.value() != null && target.averageValue() != null) {
      at.at("value").forbidden("may not set both a target value for metric and a per-pod target");
    }
  }

  private static void resource(Check at, String name, MetricTarget target) {
    if (name.isEmpty()) {
      at.at("name").required("must specify a resource name");
    }
    var place = at.at("target");
    target(place, target);
    boolean utilization = target.averageUtilization() != null;
    if (utilization && target.averageValue() != null) {
      place
          .at(AVERAGE_VALUE)
          .forbidden("may not set both a target raw value and a target utilization");
    }
    if (!utilization && target.averageValue() == null) {
      place
          .at("averageUtilization")
          .required("must set either a target raw value or a target utilization");
    }
  }

  private static void identifier(Check at, MetricIdentifier metric) {
    if (metric.name().isEmpty()) {
      at.at("name").required("must specify a metric name");
    } else {
      NetworkKinds.named(at.at("name"), metric.name());
    }
  }

  private static void target(Check at, MetricTarget target) {
    switch (target.type()) {
      case "" -> at.at("type").required("must specify a metric target type");
      case "Utilization", "Value", "AverageValue" -> {}
      default ->
          at.at("type")
              .invalid(target.type(), "must be either Utilization, Value, or AverageValue");
    }
    if (target.value() != null && target.value().signum() <= 0) {
      at.at("value").invalid(target.value().toString(), "must be positive");
    }
    if (target.averageValue() != null && target.averageValue().signum() <= 0) {
      at.at(AVERAGE_VALUE).invalid(target.averageValue().toString(), "must be positive");
    }
    if (target.averageUtilization() != null && target.averageUtilization() < 1) {
      at.at("averageUtilization").invalid(target.averageUtilization(), "must be greater than 0");
    }
  }

  private static void rules(Check at, @Nullable HPAScalingRules rules) {
    if (rules == null) {
      return;
    }
    int window = Objects.requireNonNullElse(rules.stabilizationWindowSeconds(), 0);
    var place = at.at("stabilizationWindowSeconds");
    if (window < 0) {
      place.invalid(window, "must be greater than or equal to zero");
    }
    if (window > WINDOW_SECONDS_MAX) {
      place.invalid(window, "must be less than or equal to " + WINDOW_SECONDS_MAX);
    }
    if (rules.selectPolicy() != null) {
      at.at("selectPolicy").oneOf(rules.selectPolicy(), "Disabled", "Max", "Min");
    }
    if (rules.policies().isEmpty()) {
      at.at("policies").required("must specify at least one Policy");
    }
    at.at("policies")
        .each(
            rules.policies(),
            (item, policy) -> {
              if (!policy.type().equals("Pods") && !policy.type().equals("Percent")) {
                item.at("type").notSupported(policy.type(), "Percent", "Pods");
              }
              positive(item.at("value"), policy.value());
              positive(item.at("periodSeconds"), policy.periodSeconds());
              if (policy.periodSeconds() > PERIOD_SECONDS_MAX) {
                item.at("periodSeconds")
                    .invalid(
                        policy.periodSeconds(),
                        "must be less than or equal to " + PERIOD_SECONDS_MAX);
              }
            });
    if (rules.tolerance() != null) {
      at.at("tolerance").nonNegative(rules.tolerance());
    }
  }

  private static void positive(Check at, int value) {
    if (value <= 0) {
      at.invalid(value, "must be greater than zero");
    }
  }
}

package io.kubejar.apiserver.validation;

import io.kubejar.api.autoscaling.v2.ContainerResourceMetricSource;
import io.kubejar.api.autoscaling.v2.CrossVersionObjectReference;
import io.kubejar.api.autoscaling.v2.HPAScalingRules;
import io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler;
import io.kubejar.api.autoscaling.v2.MetricIdentifier;
import io.kubejar.api.autoscaling.v2.MetricSpec;
import io.kubejar.api.autoscaling.v2.MetricTarget;
import io.kubejar.api.autoscaling.v2.ObjectMetricSource;
import io.kubejar.apimachinery.format.Formats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// HorizontalPodAutoscalers.
final class Autoscalers {
  private static final int WINDOW_SECONDS_MAX = 3600;
  private static final int PERIOD_SECONDS_MAX = 1800;
  private static final String EITHER =
      "must set either a target value for metric or a per-pod target";
  private static final String[] TYPES = {
    "ContainerResource", "External", "Object", "Pods", "Resource"
  };
  private static final String AVERAGE_VALUE = "averageValue";

  private Autoscalers() {}

  static void autoscaler(Check root, HorizontalPodAutoscaler autoscaler) {
    autoscaler(root, autoscaler, HorizontalPodAutoscaler.EMPTY);
  }

  /// @param old what it allows itself is allowed for longer
  static void autoscaler(
      Check root, HorizontalPodAutoscaler autoscaler, HorizontalPodAutoscaler old) {
    var at = root.at("spec");
    var spec = autoscaler.spec();
    var lowest = spec.minReplicas();
    int bound = Objects.equals(old.spec().minReplicas(), 0) ? 0 : 1;
    if (lowest != null && lowest < bound) {
      at.at("minReplicas").invalid(lowest, "must be greater than or equal to " + bound);
    }
    if (spec.maxReplicas() == 0) {
      at.at("maxReplicas").required("must be set and greater than 0");
    } else if (spec.maxReplicas() < 0) {
      at.at("maxReplicas").invalid(spec.maxReplicas(), "must be greater than or equal to 1");
    }
    if (lowest != null && spec.maxReplicas() < lowest) {
      at.at("maxReplicas")
          .invalid(spec.maxReplicas(), "must be greater than or equal to `minReplicas`");
    }
    var target = spec.scaleTargetRef();
    reference(at.at("scaleTargetRef"), target);
    var before = old.spec().scaleTargetRef();
    boolean same =
        target.kind().equals(before.kind()) && target.apiVersion().equals(before.apiVersion());
    if (!same) {
      version(
          at.at("scaleTargetRef").at("apiVersion"),
          target.apiVersion(),
          target.kind().equals("ReplicationController"));
    }
    at.at("metrics").each(spec.metrics(), Autoscalers::metric);
    boolean countable =
        spec.metrics().stream()
            .anyMatch(each -> each.type().equals("Object") || each.type().equals("External"));
    if (Objects.equals(lowest, 0) && !countable) {
      at.at("metrics")
          .forbidden(
              "must specify at least one Object or External metric to support scaling to zero"
                  + " replicas");
    }
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

  /// The API version of something that is referred to.
  private static void version(Check at, String version, boolean mayBeCore) {
    int slash = version.indexOf('/');
    if (slash != version.lastIndexOf('/')) {
      at.invalid(version, "unexpected GroupVersion string: " + version);
    } else if (slash <= 0 && !mayBeCore) {
      at.invalid(version, "apiVersion must specify API group");
    }
  }

  private static void metric(Check at, MetricSpec metric) {
    boolean known = List.of(TYPES).contains(metric.type());
    if (metric.type().isEmpty()) {
      at.at("type").required("must specify a metric source type");
    }
    if (!known) {
      at.at("type").notSupported(metric.type(), TYPES);
    }
    var sources = sources(metric);
    if (!sources.isEmpty()) {
      check(at, metric, sources.keySet().iterator().next());
    }
    var expected = field(metric.type());
    if (!known) {
      at.at("type").notSupported(metric.type(), TYPES);
    } else if (!sources.containsKey(expected)) {
      at.at(expected).required("must populate information for the given metric source");
    }
    if (sources.size() != 1) {
      sources.keySet().stream()
          .filter(present -> !present.equals(expected))
          .forEach(
              present -> at.at(present).forbidden("must populate the given metric source only"));
    }
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

  /// @param first the source that is looked at, by its field
  private static void check(Check at, MetricSpec metric, String first) {
    var place = at.at(first);
    var object = metric.object();
    var external = metric.external();
    var pods = metric.pods();
    var resource = metric.resource();
    var container = metric.containerResource();
    if (object != null) {
      object(place, object);
    } else if (external != null) {
      identifier(place.at("metric"), external.metric());
      target(place.at("target"), external.target());
      exclusive(place.at("target"), external.target());
    } else if (pods != null) {
      identifier(place.at("metric"), pods.metric());
      target(place.at("target"), pods.target());
      if (pods.target().averageValue() == null) {
        place
            .at("target")
            .at(AVERAGE_VALUE)
            .required("must specify a positive target averageValue");
      }
    } else if (resource != null) {
      if (resource.name().isEmpty()) {
        place.at("name").required("must specify a resource name");
      }
      utilization(place.at("target"), resource.target());
    } else if (container != null) {
      container(place, container);
    }
  }

  private static void object(Check at, ObjectMetricSource object) {
    reference(at.at("describedObject"), object.describedObject());
    version(at.at("describedObject").at("apiVersion"), object.describedObject().apiVersion(), true);
    identifier(at.at("metric"), object.metric());
    target(at.at("target"), object.target());
    if (object.target().value() == null && object.target().averageValue() == null) {
      at.at("target").at(AVERAGE_VALUE).required("must set either a target value or averageValue");
    }
  }

  private static void container(Check at, ContainerResourceMetricSource container) {
    if (container.name().isEmpty()) {
      at.at("name").required("must specify a resource name");
    } else {
      Resources.ofContainer(at.at("name"), container.name());
    }
    if (container.container().isEmpty()) {
      at.at("container").required("must specify a container");
    } else {
      at.at("container").format(container.container(), Formats::dns1123Label);
    }
    utilization(at.at("target"), container.target());
  }

  private static void exclusive(Check at, MetricTarget target) {
    if (target.value() == null && target.averageValue() == null) {
      at.at(AVERAGE_VALUE).required(EITHER);
    }
    if (target.value() != null && target.averageValue() != null) {
      at.at("value").forbidden("may not set both a target value for metric and a per-pod target");
    }
  }

  private static void utilization(Check at, MetricTarget target) {
    target(at, target);
    boolean utilization = target.averageUtilization() != null;
    if (!utilization && target.averageValue() == null) {
      at.at("averageUtilization")
          .required("must set either a target raw value or a target utilization");
    }
    if (utilization && target.averageValue() != null) {
      at.at(AVERAGE_VALUE)
          .forbidden("may not set both a target raw value and a target utilization");
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
      case "" -> {
        at.at("type").required("must specify a metric target type");
        at.at("type").invalid("", "must be either Utilization, Value, or AverageValue");
      }
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
      var policy = rules.selectPolicy();
      if (!List.of("Disabled", "Max", "Min").contains(policy)) {
        at.at("selectPolicy").notSupported(policy, "Disabled", "Max", "Min");
      }
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

package io.kubejar.apiserver.validation;

import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.apps.v1.DaemonSetUpdateStrategy;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.DeploymentStrategy;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.apps.v1.RollingUpdateDaemonSet;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.ReplicationController;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.apimachinery.selector.Selector;
import io.kubejar.apimachinery.selector.SelectorFormatException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What makes pods and keeps them: Deployments, ReplicaSets, StatefulSets, DaemonSets,
/// ReplicationControllers.
final class Workloads {
  private static final String NOT_SELECTED = "`selector` does not match template `labels`";

  private Workloads() {}

  static void deployment(Check root, Deployment deployment) {
    var at = root.at("spec");
    var spec = deployment.spec();
    at.at("replicas").nonNegative(spec.replicas());
    selected(at, spec.selector(), spec.template());
    strategy(at.at("strategy"), spec.strategy());
    at.at("minReadySeconds").nonNegative(spec.minReadySeconds());
    at.at("revisionHistoryLimit").nonNegative(spec.revisionHistoryLimit());
    var deadline = spec.progressDeadlineSeconds();
    if (deadline != null) {
      at.at("progressDeadlineSeconds").nonNegative(deadline);
      if (deadline <= spec.minReadySeconds()) {
        at.at("progressDeadlineSeconds").invalid(deadline, "must be greater than minReadySeconds");
      }
    }
  }

  static void deployment(Check root, Deployment deployment, Deployment old) {
    if (!deployment.spec().equals(old.spec())) {
      deployment(root, deployment);
    }
    root.at("spec").at("selector").immutable(deployment.spec().selector(), old.spec().selector());
  }

  private static void strategy(Check at, DeploymentStrategy strategy) {
    var rolling = strategy.rollingUpdate();
    switch (strategy.type()) {
      case "Recreate" -> {
        if (rolling != null) {
          at.at("rollingUpdate")
              .forbidden("may not be specified when strategy `type` is 'Recreate'");
        }
      }
      case "RollingUpdate" -> {
        if (rolling == null) {
          at.at("rollingUpdate").required("this should be defaulted and never be nil");
        } else {
          rolling(at.at("rollingUpdate"), rolling.maxUnavailable(), rolling.maxSurge());
        }
      }
      default -> at.notSupported(strategy, "Recreate", "RollingUpdate");
    }
  }

  private static void rolling(
      Check at, @Nullable IntOrString unavailable, @Nullable IntOrString surge) {
    amount(at.at("maxUnavailable"), unavailable);
    amount(at.at("maxSurge"), surge);
    if (isZero(unavailable) && isZero(surge)) {
      at.at("maxUnavailable").invalid(shown(unavailable), "may not be 0 when `maxSurge` is 0");
    }
    atMostAll(at.at("maxUnavailable"), unavailable);
  }

  /// A number that is not negative, or a percentage.
  static void amount(Check at, @Nullable IntOrString amount) {
    switch (amount) {
      case null -> {}
      case IntOrString.OfInt(int number) -> at.nonNegative(number);
      case IntOrString.OfString(var text) -> at.format(text, Formats::percent);
    }
  }

  static void atMostAll(Check at, @Nullable IntOrString amount) {
    if (amount instanceof IntOrString.OfString(var text)
        && Formats.percent(text).isEmpty()
        && (text.length() > 4 || percent(text) > 100)) {
      at.invalid(text, "must not be greater than 100%");
    }
  }

  static boolean isZero(@Nullable IntOrString amount) {
    return switch (amount) {
      case null -> true;
      case IntOrString.OfInt(int number) -> number == 0;
      case IntOrString.OfString(var text) ->
          Formats.percent(text).isEmpty() && text.chars().allMatch(c -> c == '0' || c == '%');
    };
  }

  private static int percent(String text) {
    return Integer.parseInt(text, 0, text.length() - 1, 10);
  }

  static @Nullable Object shown(@Nullable IntOrString amount) {
    return switch (amount) {
      case null -> null;
      case IntOrString.OfInt(int number) -> number;
      case IntOrString.OfString(var text) -> text;
    };
  }

  static void replicaSet(Check root, ReplicaSet replicaSet) {
    var at = root.at("spec");
    var spec = replicaSet.spec();
    at.at("replicas").nonNegative(spec.replicas());
    at.at("minReadySeconds").nonNegative(spec.minReadySeconds());
    selected(at, spec.selector(), spec.template());
  }

  static void replicaSet(Check root, ReplicaSet replicaSet, ReplicaSet old) {
    if (!replicaSet.spec().equals(old.spec())) {
      replicaSet(root, replicaSet);
    }
    root.at("spec").at("selector").immutable(replicaSet.spec().selector(), old.spec().selector());
  }

  static void replicationController(Check root, ReplicationController controller) {
    var at = root.at("spec");
    var spec = controller.spec();
    at.at("minReadySeconds").nonNegative(spec.minReadySeconds());
    if (spec.selector().isEmpty()) {
      at.at("selector").required("");
    }
    at.at("replicas").nonNegative(spec.replicas());
    var template = spec.template();
    if (template == null) {
      at.at("template").required("");
      return;
    }
    template(
        at.at("template"),
        template,
        LabelSelectors.ofMap(spec.selector()),
        "ReplicationController");
  }

  static void daemonSet(Check root, DaemonSet set) {
    var at = root.at("spec");
    var spec = set.spec();
    var selector = spec.selector();
    MetadataValidation.selector(at.at("selector"), selector);
    var template = at.at("template");
    // Without a selector nothing is selected.
    parsed(selector)
        .ifPresent(
            parsed -> {
              var labels = spec.template().metadata().labels();
              if (selector == null || !parsed.matches(labels)) {
                template.at("metadata").at("labels").invalid(labels, NOT_SELECTED);
              }
            });
    if (selector != null && MetadataValidation.isEmpty(selector)) {
      at.at("selector").invalid(selector, "empty selector is invalid for daemonset");
    }
    PodSpecs.template(template, spec.template());
    runsForever(template, spec.template(), "DaemonSet");
    at.at("minReadySeconds").nonNegative(spec.minReadySeconds());
    strategy(at.at("updateStrategy"), spec.updateStrategy());
    at.at("revisionHistoryLimit").nonNegative(spec.revisionHistoryLimit());
  }

  private static void strategy(Check at, DaemonSetUpdateStrategy strategy) {
    var rolling = strategy.rollingUpdate();
    switch (strategy.type()) {
      case "OnDelete" -> {}
      case "RollingUpdate" -> {
        if (rolling == null) {
          at.at("rollingUpdate").required("");
        } else {
          rolling(at.at("rollingUpdate"), rolling);
        }
      }
      default -> at.notSupported(strategy, "RollingUpdate", "OnDelete");
    }
  }

  /// On a node there is one pod or two, so only one of the two amounts makes sense.
  private static void rolling(Check at, RollingUpdateDaemonSet rolling) {
    var unavailable = rolling.maxUnavailable();
    var surge = rolling.maxSurge();
    amount(at.at("maxUnavailable"), unavailable);
    amount(at.at("maxSurge"), surge);
    atMostAll(at.at("maxUnavailable"), unavailable);
    atMostAll(at.at("maxSurge"), surge);
    if (!isZero(unavailable) && !isZero(surge)) {
      at.at("maxSurge").invalid(shown(surge), "may not be set when maxUnavailable is non-zero");
    } else if (isZero(unavailable) && isZero(surge)) {
      at.at("maxUnavailable").required("cannot be 0 when maxSurge is 0");
    }
  }

  static void daemonSet(Check root, DaemonSet set, DaemonSet old) {
    root.at("spec").at("selector").immutable(set.spec().selector(), old.spec().selector());
    if (!set.spec().equals(old.spec())) {
      daemonSet(root, set);
    }
  }

  /// A selector and a template that it selects.
  private static void selected(
      Check at, @Nullable LabelSelector selector, PodTemplateSpec template) {
    selector(at.at("selector"), selector, "deployment");
    parsed(selector)
        .ifPresentOrElse(
            parsed -> template(at.at("template"), template, parsed, "ReplicaSet"),
            () -> at.at("selector").invalid(selector, "invalid label selector"));
  }

  static void selector(Check at, @Nullable LabelSelector selector, String what) {
    if (selector == null) {
      at.required("");
      return;
    }
    MetadataValidation.selector(at, selector);
    if (MetadataValidation.isEmpty(selector)) {
      at.invalid(selector, "empty selector is invalid for " + what);
    }
  }

  static Optional<Selector> parsed(@Nullable LabelSelector selector) {
    try {
      return Optional.of(selector == null ? Selector.everything() : LabelSelectors.of(selector));
    } catch (SelectorFormatException _) {
      return Optional.empty();
    }
  }

  private static void template(Check at, PodTemplateSpec template, Selector selector, String kind) {
    matching(at, template, selector);
    PodSpecs.template(at, template);
    runsForever(at, template, kind);
  }

  static void matching(Check at, PodTemplateSpec template, Selector selector) {
    var labels = template.metadata().labels();
    if (!selector.isEmpty() && !selector.matches(labels)) {
      at.at("metadata").at("labels").invalid(labels, NOT_SELECTED);
    }
  }

  /// Pods that are replaced when they end must not end by themselves.
  static void runsForever(Check at, PodTemplateSpec template, String kind) {
    var policy = template.spec().restartPolicy();
    if (!policy.equals("Always")) {
      at.at("spec").at("restartPolicy").notSupported(policy, "Always");
    }
    if (template.spec().activeDeadlineSeconds() != null) {
      at.at("spec")
          .at("activeDeadlineSeconds")
          .forbidden("activeDeadlineSeconds in " + kind + " is not Supported");
    }
  }
}

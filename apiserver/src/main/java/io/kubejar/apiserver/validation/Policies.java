package io.kubejar.apiserver.validation;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.api.scheduling.v1.PriorityClass;
import io.kubejar.apimachinery.format.Formats;
import java.util.Map;

/// Limits, budgets, priorities, leases.
final class Policies {
  private static final int HIGHEST_USER_PRIORITY = 1_000_000_000;
  private static final String SYSTEM = "system-";
  private static final Map<String, Integer> SYSTEM_PRIORITIES =
      Map.of("system-node-critical", 2_000_001_000, "system-cluster-critical", 2_000_000_000);

  private Policies() {}

  static void lease(Check root, Lease lease) {
    var at = root.at("spec");
    var duration = lease.spec().leaseDurationSeconds();
    if (duration != null && duration <= 0) {
      at.at("leaseDurationSeconds").invalid(duration, "must be greater than 0");
    }
    var transitions = lease.spec().leaseTransitions();
    if (transitions != null && transitions < 0) {
      at.at("leaseTransitions").invalid(transitions, "must be greater than or equal to 0");
    }
    var strategy = lease.spec().strategy();
    if (strategy != null && strategy.indexOf('/') >= 0) {
      at.at("strategy").at("strategy").format(strategy, Formats::labelKey);
    } else if (strategy != null && !strategy.equals("OldestEmulationVersion")) {
      at.at("strategy").at("strategy").notSupported(strategy, "OldestEmulationVersion");
    }
    var preferred = lease.spec().preferredHolder();
    boolean chosen = strategy != null && !strategy.isEmpty();
    if (preferred != null && !preferred.isEmpty() && !chosen) {
      at.at("preferredHolder").forbidden("may only be specified if `strategy` is defined");
    }
  }

  static void priorityClass(Check root, PriorityClass priority) {
    var name = priority.metadata().name();
    if (name.startsWith(SYSTEM)) {
      var problem = systemPriority(priority, name);
      if (!problem.isEmpty()) {
        root.at("metadata")
            .at("name")
            .forbidden(
                "priority class names with 'system-' prefix are reserved for system use only."
                    + " error: "
                    + problem);
      }
    } else if (priority.value() > HIGHEST_USER_PRIORITY) {
      root.at("value")
          .forbidden(
              "maximum allowed value of a user defined priority is " + HIGHEST_USER_PRIORITY);
    }
    var policy = priority.preemptionPolicy();
    if (policy != null) {
      root.at("preemptionPolicy").oneOf(policy, "PreemptLowerPriority", "Never");
    }
  }

  private static String systemPriority(PriorityClass priority, String name) {
    var value = SYSTEM_PRIORITIES.get(name);
    if (value == null) {
      return name + " is not a known system priority class";
    }
    if (value != priority.value()) {
      return "value of " + name + " PriorityClass must be " + value;
    }
    return priority.globalDefault()
        ? "globalDefault of " + name + " PriorityClass must be false"
        : "";
  }

  static void priorityClass(Check root, PriorityClass priority, PriorityClass old) {
    if (priority.value() != old.value()) {
      root.at("value").forbidden("may not be changed in an update.");
    }
    root.at("preemptionPolicy").immutable(priority.preemptionPolicy(), old.preemptionPolicy());
  }

  static void disruptionBudget(Check root, PodDisruptionBudget budget) {
    disruptionBudget(root, budget, true);
  }

  /// Upstream lets a selector that was wrong in any way before keep invalid values.
  static void disruptionBudget(Check root, PodDisruptionBudget budget, PodDisruptionBudget old) {
    var before = Check.root();
    MetadataValidation.selector(before, old.spec().selector());
    disruptionBudget(root, budget, before.errors().isEmpty());
  }

  private static void disruptionBudget(Check root, PodDisruptionBudget budget, boolean withValues) {
    var at = root.at("spec");
    var spec = budget.spec();
    if (spec.minAvailable() != null && spec.maxUnavailable() != null) {
      at.invalid(spec, "minAvailable and maxUnavailable cannot be both set");
    }
    Workloads.amount(at.at("minAvailable"), spec.minAvailable());
    Workloads.atMostAll(at.at("minAvailable"), spec.minAvailable());
    Workloads.amount(at.at("maxUnavailable"), spec.maxUnavailable());
    Workloads.atMostAll(at.at("maxUnavailable"), spec.maxUnavailable());
    MetadataValidation.selector(at.at("selector"), spec.selector(), withValues);
    var policy = spec.unhealthyPodEvictionPolicy();
    if (policy != null && !policy.equals("AlwaysAllow") && !policy.equals("IfHealthyBudget")) {
      at.at("unhealthyPodEvictionPolicy").notSupported(policy, "AlwaysAllow", "IfHealthyBudget");
    }
  }
}

package io.kubejar.apiserver.validation;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.core.v1.LimitRange;
import io.kubejar.api.core.v1.LimitRangeItem;
import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.api.scheduling.v1.PriorityClass;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
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
  }

  static void priorityClass(Check root, PriorityClass priority) {
    var name = priority.metadata().name();
    if (name.startsWith(SYSTEM)) {
      var value = SYSTEM_PRIORITIES.get(name);
      if (value == null || value != priority.value()) {
        root.at("metadata")
            .at("name")
            .forbidden(
                "priority class names with 'system-' prefix are reserved for system use only."
                    + " error: "
                    + name
                    + " is not a known system priority class");
      }
    } else if (priority.value() > HIGHEST_USER_PRIORITY) {
      root.at("value")
          .forbidden(
              "maximum allowed value of a user defined priority is " + HIGHEST_USER_PRIORITY);
    }
    root.at("preemptionPolicy")
        .oneOfOrEmpty(priority.preemptionPolicy(), "PreemptLowerPriority", "Never");
  }

  static void priorityClass(Check root, PriorityClass priority, PriorityClass old) {
    if (priority.value() != old.value()) {
      root.at("value").forbidden("may not be changed in an update.");
    }
    root.at("preemptionPolicy").immutable(priority.preemptionPolicy(), old.preemptionPolicy());
  }

  static void disruptionBudget(Check root, PodDisruptionBudget budget) {
    var at = root.at("spec");
    var spec = budget.spec();
    if (spec.minAvailable() != null && spec.maxUnavailable() != null) {
      at.invalid(spec, "minAvailable and maxUnavailable cannot be both set");
    }
    Workloads.amount(at.at("minAvailable"), spec.minAvailable());
    Workloads.atMostAll(at.at("minAvailable"), spec.minAvailable());
    Workloads.amount(at.at("maxUnavailable"), spec.maxUnavailable());
    Workloads.atMostAll(at.at("maxUnavailable"), spec.maxUnavailable());
    at.at("unhealthyPodEvictionPolicy")
        .oneOfOrEmpty(spec.unhealthyPodEvictionPolicy(), "AlwaysAllow", "IfHealthyBudget");
    MetadataValidation.selector(at.at("selector"), spec.selector());
  }

  static void limitRange(Check root, LimitRange range) {
    var types = new HashSet<String>();
    root.at("spec")
        .at("limits")
        .each(
            range.spec().limits(),
            (item, limit) -> {
              item.at("type").format(limit.type(), Formats::labelKey);
              if (!types.add(limit.type())) {
                item.at("type").duplicate(limit.type());
              }
              limit(item, limit);
            });
  }

  private static void limit(Check at, LimitRangeItem limit) {
    atMost(at.at("min"), "min", limit.min(), limit.max(), "max value");
    atMost(
        at.at("defaultRequest"),
        "defaultRequest",
        limit.defaultRequest(),
        limit.default_(),
        "default limit value");
    atMost(at.at("default"), "default", limit.default_(), limit.max(), "max value");
    atMost(
        at.at("defaultRequest"),
        "defaultRequest",
        limit.defaultRequest(),
        limit.max(),
        "max value");
    boolean pod = limit.type().equals("Pod");
    if (pod && !limit.default_().isEmpty()) {
      at.at("default").forbidden("may not be specified when `type` is 'Pod'");
    }
    if (pod && !limit.defaultRequest().isEmpty()) {
      at.at("defaultRequest").forbidden("may not be specified when `type` is 'Pod'");
    }
  }

  private static void atMost(
      Check at,
      String what,
      Map<String, Quantity> low,
      Map<String, Quantity> high,
      String highName) {
    low.forEach(
        (name, amount) -> {
          var most = high.get(name);
          if (most != null && amount.compareTo(most) > 0) {
            at.key(name)
                .invalid(
                    amount.toString(),
                    what + " value " + amount + " is greater than " + highName + " " + most);
          }
        });
  }

  static void quota(Check root, ResourceQuota quota) {
    var at = root.at("spec");
    at.at("hard").each(quota.spec().hard(), Policies::hard);
    var status = root.at("status");
    status.at("hard").each(quota.status().hard(), Policies::hard);
    status.at("used").each(quota.status().used(), Policies::hard);
  }

  private static void hard(Check at, String name, Quantity amount) {
    at.format(name, Formats::labelKey);
    Resources.value(at, name, amount);
  }

  static void quota(Check root, ResourceQuota quota, ResourceQuota old) {
    quota(root, quota);
    root.at("spec").at("scopes").immutable(quota.spec().scopes(), old.spec().scopes());
  }
}

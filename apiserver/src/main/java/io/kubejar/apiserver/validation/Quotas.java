package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.core.v1.ResourceQuotaSpec;
import io.kubejar.api.core.v1.ScopedResourceSelectorRequirement;
import io.kubejar.apimachinery.Quantity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// ResourceQuotas: what a namespace may use of everything together.
final class Quotas {
  private static final String BEST_EFFORT = "BestEffort";
  private static final String NOT_BEST_EFFORT = "NotBestEffort";
  private static final String TERMINATING = "Terminating";
  private static final String NOT_TERMINATING = "NotTerminating";
  private static final String AFFINITY = "CrossNamespacePodAffinity";
  private static final String CLAIMS = "VolumeAttributesClass";
  private static final Set<String> SCOPES =
      Set.of(
          BEST_EFFORT,
          NOT_BEST_EFFORT,
          TERMINATING,
          NOT_TERMINATING,
          AFFINITY,
          CLAIMS,
          "PriorityClass");
  private static final Set<String> OF_PODS =
      Set.of(
          "pods",
          "cpu",
          "memory",
          "limits.cpu",
          "limits.memory",
          "requests.cpu",
          "requests.memory");
  private static final Set<String> OF_CLAIMS = Set.of("persistentvolumeclaims", "requests.storage");
  private static final String UNSUPPORTED = "unsupported scope";
  private static final String NOT_APPLICABLE = "unsupported scope applied to resource";
  private static final String MUST_EXIST =
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating,"
          + " ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort,"
          + " ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

  private Quotas() {}

  static void quota(Check root, ResourceQuota quota) {
    spec(root.at("spec"), quota.spec());
    status(root.at("status"), quota);
  }

  static void quota(Check root, ResourceQuota quota, ResourceQuota old) {
    spec(root.at("spec"), quota.spec());
    var scopes = quota.spec().scopes();
    if (!new HashSet<>(scopes).equals(new HashSet<>(old.spec().scopes()))) {
      root.at("spec").at("scopes").invalid(scopes, Check.IMMUTABLE);
    }
  }

  static void status(Check at, ResourceQuota quota) {
    at.at("hard").each(quota.status().hard(), Quotas::amount);
    at.at("used").each(quota.status().used(), Quotas::amount);
  }

  private static void amount(Check at, String name, Quantity amount) {
    Resources.name(at, name);
    if (name.indexOf('/') < 0 && !Resources.isStandard(name)) {
      at.invalid(name, "must be a standard resource for quota");
    }
    Resources.value(at, name, amount);
  }

  private static void spec(Check at, ResourceQuotaSpec spec) {
    at.at("hard").each(spec.hard(), Quotas::amount);
    var names = new TreeSet<>(spec.hard().keySet());
    for (var scope : spec.scopes()) {
      if (!SCOPES.contains(scope)) {
        at.at("scopes").invalid(spec.scopes(), UNSUPPORTED);
      }
      for (var name : names) {
        if (Resources.isStandard(name) && !applies(scope, name)) {
          at.at("scopes").invalid(spec.scopes(), NOT_APPLICABLE);
        }
      }
    }
    conflicts(at.at("scopes"), spec.scopes(), spec);
    var selector = spec.scopeSelector();
    if (selector == null) {
      return;
    }
    var place = at.at("scopeSelector").at("matchExpressions");
    var scopes = new ArrayList<String>();
    for (var requirement : selector.matchExpressions()) {
      scopes.add(requirement.scopeName());
      if (!SCOPES.contains(requirement.scopeName())) {
        place.at("scopeName").invalid(requirement.scopeName(), UNSUPPORTED);
      }
      for (var name : names) {
        if (Resources.isStandard(name) && !applies(requirement.scopeName(), name)) {
          place.invalid(selector, NOT_APPLICABLE);
        }
      }
      requirement(place, requirement);
    }
    conflicts(place, scopes, spec);
  }

  private static boolean applies(String scope, String resource) {
    return switch (scope) {
      case TERMINATING, NOT_TERMINATING, NOT_BEST_EFFORT, "PriorityClass", AFFINITY ->
          OF_PODS.contains(resource);
      case BEST_EFFORT -> resource.equals("pods");
      case CLAIMS -> OF_CLAIMS.contains(resource);
      default -> true;
    };
  }

  private static void requirement(Check at, ScopedResourceSelectorRequirement requirement) {
    var operator = requirement.operator();
    switch (requirement.scopeName()) {
      case BEST_EFFORT, NOT_BEST_EFFORT, TERMINATING, NOT_TERMINATING, AFFINITY -> {
        if (!operator.equals("Exists")) {
          at.at("operator").invalid(operator, MUST_EXIST);
        }
      }
      default -> {}
    }
    var values = requirement.values();
    switch (operator) {
      case "In", "NotIn" -> {
        if (values.isEmpty()) {
          at.at("values")
              .required(
                  "must be at least one value when `operator` is 'In' or 'NotIn' for scope"
                      + " selector");
        }
      }
      case "Exists", "DoesNotExist" -> {
        if (!values.isEmpty()) {
          at.at("values")
              .invalid(
                  values,
                  "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope"
                      + " selector");
        }
      }
      default -> at.at("operator").invalid(operator, "not a valid selector operator");
    }
  }

  private static void conflicts(Check at, List<String> scopes, ResourceQuotaSpec spec) {
    for (var pair :
        List.of(List.of(BEST_EFFORT, NOT_BEST_EFFORT), List.of(TERMINATING, NOT_TERMINATING))) {
      if (scopes.containsAll(pair)) {
        at.invalid(spec.scopes(), "conflicting scopes");
      }
    }
  }
}

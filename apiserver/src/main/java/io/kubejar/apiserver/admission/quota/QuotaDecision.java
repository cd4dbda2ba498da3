package io.kubejar.apiserver.admission.quota;

import static java.util.Objects.requireNonNull;

import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.core.v1.ScopedResourceSelectorRequirement;
import io.kubejar.api.quota.Amounts;
import io.kubejar.api.quota.Evaluator;
import io.kubejar.api.quota.Scopes;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apiserver.admission.AdmissionRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What one request costs, and whether a quota can bear it. Pure.
final class QuotaDecision {
  private final AdmissionRequest request;
  private final Evaluator evaluator;
  private final KubernetesObject object;

  QuotaDecision(AdmissionRequest request, Evaluator evaluator) {
    this.request = request;
    this.evaluator = evaluator;
    object = requireNonNull(request.object());
  }

  /// What is to be charged to this quota; nothing if it does not limit such objects.
  ///
  /// @throws io.kubejar.apimachinery.ApiException 403 if the object must say more, or the usage of
  ///   the quota is not known yet
  Map<String, Quantity> amounts(ResourceQuota quota) {
    var hard = quota.status().hard();
    var tracked = evaluator.tracked(hard.keySet());
    if (tracked.isEmpty() || !Scopes.include(quota, evaluator, object)) {
      return Map.of();
    }
    var name = quota.metadata().name();
    evaluator
        .missing(tracked, object)
        .ifPresent(
            what -> {
              throw request.forbidden("failed quota: " + name + ": " + what);
            });
    if (!quota.status().used().keySet().containsAll(tracked)) {
      throw request.forbidden(
          "status unknown for quota: " + name + ", resources: " + Amounts.names(tracked));
    }
    var usage = evaluator.usage(object);
    var negative = Amounts.negative(usage);
    if (!negative.isEmpty()) {
      throw request.forbidden(
          "quota usage is negative for resource(s): " + Amounts.names(negative));
    }
    return Amounts.only(Amounts.withoutZeros(increase(quota, usage)), hard.keySet());
  }

  /// An object that the quota limited before is charged for what it uses in addition.
  private Map<String, Quantity> increase(ResourceQuota quota, Map<String, Quantity> usage) {
    var old = request.old();
    return old == null
            || old.metadata().resourceVersion().isEmpty()
            || !Scopes.include(quota, evaluator, old)
        ? usage
        : Amounts.increase(usage, evaluator.usage(old));
  }

  /// Whether the object uses more than before, as one of the quotas counts it; if none limits such
  /// objects, on the whole.
  private boolean grows(List<ResourceQuota> quotas) {
    var usage = evaluator.usage(object);
    var concerned = quotas.stream().filter(this::limits).toList();
    if (!concerned.isEmpty()) {
      return concerned.stream()
          .anyMatch(quota -> !Amounts.withoutZeros(increase(quota, usage)).isEmpty());
    }
    var old = request.old();
    var more =
        old == null || old.metadata().resourceVersion().isEmpty()
            ? usage
            : Amounts.increase(usage, evaluator.usage(old));
    return !Amounts.withoutZeros(more).isEmpty();
  }

  private boolean limits(ResourceQuota quota) {
    return !evaluator.tracked(quota.status().hard().keySet()).isEmpty()
        && Scopes.include(quota, evaluator, object);
  }

  /// Sees to it that what must be limited is.
  ///
  /// @param quotas those of the namespace
  /// @throws io.kubejar.apimachinery.ApiException 403 if the object uses something that none of
  ///   them limits, 500 if it is in a scope that is in none of them: upstream has it so
  void requireLimits(List<LimitedResource> limited, List<ResourceQuota> quotas) {
    var names = mustBeLimited(limited);
    quotas.stream()
        .filter(this::limits)
        .forEach(quota -> names.removeAll(evaluator.tracked(quota.status().hard().keySet())));
    var scopes = new ArrayList<ScopedResourceSelectorRequirement>();
    for (var resource : limited) {
      resource.scopes().stream()
          .filter(scope -> evaluator.inScope(scope, object))
          .forEach(scopes::add);
    }
    for (var quota : quotas) {
      for (var scope : Scopes.of(quota)) {
        if (evaluator.inScope(scope, object)) {
          scopes.removeIf(it -> it.scopeName().equals(scope.scopeName()));
        }
      }
    }
    if ((names.isEmpty() && scopes.isEmpty()) || !grows(quotas)) {
      return;
    }
    if (!names.isEmpty()) {
      throw request.forbidden("insufficient quota to consume: " + String.join(",", names));
    }
    throw ApiException.unexplained(
        scopes.stream()
            .map(QuotaDecision::text)
            .collect(Collectors.joining(" ", "insufficient quota to match these scopes: [", "]")));
  }

  private Set<String> mustBeLimited(List<LimitedResource> limited) {
    var names = new TreeSet<String>();
    for (var resource : limited) {
      if (resource.resource().equals(request.resource())) {
        Amounts.withoutZeros(evaluator.usage(object)).keySet().stream()
            .filter(name -> resource.contains().stream().anyMatch(name::contains))
            .forEach(names::add);
      }
    }
    return names;
  }

  /// As Go prints it.
  private static String text(ScopedResourceSelectorRequirement scope) {
    return "{%s %s [%s]}"
        .formatted(scope.scopeName(), scope.operator(), String.join(" ", scope.values()));
  }

  /// The quota after it was charged.
  ///
  /// @throws io.kubejar.apimachinery.ApiException 403 if that is more than it allows
  ResourceQuota charged(ResourceQuota quota, Map<String, Quantity> amounts) {
    var status = quota.status();
    var used = Amounts.add(status.used(), amounts);
    var exceeded = Amounts.exceeded(Amounts.only(used, amounts.keySet()), status.hard());
    if (!exceeded.isEmpty() && !request.subresource().equals("status")) {
      throw request.forbidden(
          "exceeded quota: "
              + quota.metadata().name()
              + ", requested: "
              + Amounts.text(Amounts.only(amounts, exceeded))
              + ", used: "
              + Amounts.text(Amounts.only(status.used(), exceeded))
              + ", limited: "
              + Amounts.text(Amounts.only(status.hard(), exceeded)));
    }
    return quota.withStatus(status.withUsed(used));
  }
}

package io.kubejar.apiserver.admission.policies;

import io.kubejar.api.admissionregistration.v1.MatchResources;
import io.kubejar.api.admissionregistration.v1.NamedRuleWithOperations;
import io.kubejar.api.admissionregistration.v1.RuleWithOperations;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.apimachinery.selector.Selector;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.webhooks.EquivalentTypes;
import io.kubejar.apiserver.admission.webhooks.RuleMatch;
import io.kubejar.apiserver.admission.webhooks.SelectorMatch;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds out whether a policy or a binding means a request.
record RequestMatcher(SelectorMatch selectors, EquivalentTypes equivalents) {
  private static final String EXACT = "Exact";

  /// The version in which the policy wants to see the object; empty if it does not want to.
  ///
  /// @param resources null means everything
  Optional<ResourceType<?>> match(@Nullable MatchResources resources, AdmissionRequest request)
      throws InterruptedException {
    var requested = equivalents.requested(request);
    if (resources == null) {
      return Optional.of(requested);
    }
    boolean exact = EXACT.equals(resources.matchPolicy());
    if (!selectors.selectsNamespace(selector(resources.namespaceSelector()), request)
        || !SelectorMatch.selectsObject(selector(resources.objectSelector()), request)
        || byRules(resources.excludeResourceRules(), exact, request).isPresent()) {
      return Optional.empty();
    }
    return resources.resourceRules().isEmpty()
        ? Optional.of(requested)
        : byRules(resources.resourceRules(), exact, request);
  }

  /// Unlike elsewhere, no selector selects everything.
  private static Selector selector(@Nullable LabelSelector selector) {
    return selector == null ? Selector.everything() : LabelSelectors.of(selector);
  }

  private Optional<ResourceType<?>> byRules(
      List<NamedRuleWithOperations> rules, boolean exact, AdmissionRequest request) {
    var requested = equivalents.requested(request);
    for (var rule : rules) {
      if (means(rule, requested, request)) {
        return Optional.of(requested);
      }
    }
    if (exact) {
      return Optional.empty();
    }
    for (var rule : rules) {
      for (var other : equivalents.of(requested)) {
        if (means(rule, other, request)) {
          return Optional.of(other);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean means(
      NamedRuleWithOperations rule, ResourceType<?> type, AdmissionRequest request) {
    var unnamed =
        new RuleWithOperations(
            rule.operations(),
            rule.apiGroups(),
            rule.apiVersions(),
            rule.resources(),
            rule.scope());
    return RuleMatch.matches(unnamed, type.gvr(), request)
        && (rule.resourceNames().isEmpty() || rule.resourceNames().contains(request.name()));
  }

  /// The namespace that the object is in. None for a namespace itself.
  Optional<Namespace> namespaceOf(AdmissionRequest request) throws InterruptedException {
    return request.namespace().isEmpty() || request.concerns("namespaces")
        ? Optional.empty()
        : Optional.of(selectors.namespace(request.namespace()));
  }
}

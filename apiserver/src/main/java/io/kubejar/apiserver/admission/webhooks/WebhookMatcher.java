package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.registry.Registry;
import java.util.Optional;
import java.util.Set;

/// Finds out whether a webhook is to be called for a request.
final class WebhookMatcher {
  private static final String GROUP = "admissionregistration.k8s.io";
  private static final Set<String> CONFIGURATION_KINDS =
      Set.of(
          "ValidatingWebhookConfiguration",
          "MutatingWebhookConfiguration",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding",
          "MutatingAdmissionPolicy",
          "MutatingAdmissionPolicyBinding");

  private final SelectorMatch selectors;
  private final EquivalentTypes equivalents;
  private final MatchConditions conditions;

  WebhookMatcher(
      Registry<Namespace> namespaces, EquivalentTypes equivalents, MatchConditions conditions) {
    selectors = new SelectorMatch(namespaces);
    this.equivalents = equivalents;
    this.conditions = conditions;
  }

  /// Whether no webhook may have a say, lest nobody could mend a bad configuration.
  static boolean isExempt(AdmissionRequest request) {
    var kind = request.kind();
    return kind.group().equals(GROUP) && CONFIGURATION_KINDS.contains(kind.kind());
  }

  Optional<Invocation> match(Webhook webhook, AdmissionRequest request)
      throws InterruptedException {
    var type = byRules(webhook, request);
    if (type.isEmpty()
        || !SelectorMatch.selectsObject(webhook.objectSelector(), request)
        || !selectors.selectsNamespace(webhook.namespaceSelector(), request)) {
      return Optional.empty();
    }
    var invocation = new Invocation(webhook, type.get());
    return webhook.conditions().isEmpty() || conditions.hold(invocation, request)
        ? Optional.of(invocation)
        : Optional.empty();
  }

  private Optional<ResourceType<?>> byRules(Webhook webhook, AdmissionRequest request) {
    var requested = equivalents.requested(request);
    if (named(webhook, requested, request)) {
      return Optional.of(requested);
    }
    if (!webhook.equivalent()) {
      return Optional.empty();
    }
    var others = equivalents.of(requested);
    for (var rule : webhook.rules()) { // Earlier rules count more than earlier versions.
      for (var other : others) {
        if (RuleMatch.matches(rule, other.gvr(), request)) {
          return Optional.of(other);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean named(Webhook webhook, ResourceType<?> type, AdmissionRequest request) {
    return webhook.rules().stream().anyMatch(rule -> RuleMatch.matches(rule, type.gvr(), request));
  }
}

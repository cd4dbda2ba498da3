package io.kubejar.apiserver.defaulting;

import io.kubejar.api.admissionregistration.v1.MatchResources;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.NamedRuleWithOperations;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Admission policies and what binds them.
final class AdmissionPolicies {
  private AdmissionPolicies() {}

  static ValidatingAdmissionPolicy policy(ValidatingAdmissionPolicy policy) {
    var spec = policy.spec();
    return policy.withSpec(
        spec.withFailurePolicy(Objects.requireNonNullElse(spec.failurePolicy(), "Fail"))
            .withMatchConstraints(match(spec.matchConstraints())));
  }

  static MutatingAdmissionPolicy policy(MutatingAdmissionPolicy policy) {
    var spec = policy.spec();
    return policy.withSpec(
        spec.withFailurePolicy(Objects.requireNonNullElse(spec.failurePolicy(), "Fail"))
            .withMatchConstraints(match(spec.matchConstraints())));
  }

  static ValidatingAdmissionPolicyBinding binding(ValidatingAdmissionPolicyBinding binding) {
    var spec = binding.spec();
    return binding.withSpec(spec.withMatchResources(match(spec.matchResources())));
  }

  static MutatingAdmissionPolicyBinding binding(MutatingAdmissionPolicyBinding binding) {
    var spec = binding.spec();
    return binding.withSpec(spec.withMatchResources(match(spec.matchResources())));
  }

  private static @Nullable MatchResources match(@Nullable MatchResources match) {
    return match == null
        ? null
        : match
            .withMatchPolicy(Objects.requireNonNullElse(match.matchPolicy(), "Equivalent"))
            .withNamespaceSelector(
                Objects.requireNonNullElse(match.namespaceSelector(), LabelSelector.EMPTY))
            .withObjectSelector(
                Objects.requireNonNullElse(match.objectSelector(), LabelSelector.EMPTY))
            .withResourceRules(Mapped.each(match.resourceRules(), AdmissionPolicies::rule))
            .withExcludeResourceRules(
                Mapped.each(match.excludeResourceRules(), AdmissionPolicies::rule));
  }

  private static NamedRuleWithOperations rule(NamedRuleWithOperations rule) {
    return rule.scope() == null ? rule.withScope("*") : rule;
  }
}

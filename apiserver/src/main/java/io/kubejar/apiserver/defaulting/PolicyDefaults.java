package io.kubejar.apiserver.defaulting;

import static java.util.Objects.requireNonNullElse;

import io.kubejar.api.admissionregistration.v1.MatchResources;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.NamedRuleWithOperations;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import org.jspecify.annotations.Nullable;

/// Admission policies and their bindings.
final class PolicyDefaults {
  private PolicyDefaults() {}

  static ValidatingAdmissionPolicy validating(ValidatingAdmissionPolicy policy) {
    var spec = policy.spec();
    return policy.withSpec(
        spec.withFailurePolicy(requireNonNullElse(spec.failurePolicy(), "Fail"))
            .withMatchConstraints(resources(spec.matchConstraints())));
  }

  static MutatingAdmissionPolicy mutating(MutatingAdmissionPolicy policy) {
    var spec = policy.spec();
    return policy.withSpec(
        spec.withFailurePolicy(requireNonNullElse(spec.failurePolicy(), "Fail"))
            .withMatchConstraints(resources(spec.matchConstraints())));
  }

  static ValidatingAdmissionPolicyBinding validating(ValidatingAdmissionPolicyBinding binding) {
    return binding.withSpec(
        binding.spec().withMatchResources(resources(binding.spec().matchResources())));
  }

  static MutatingAdmissionPolicyBinding mutating(MutatingAdmissionPolicyBinding binding) {
    return binding.withSpec(
        binding.spec().withMatchResources(resources(binding.spec().matchResources())));
  }

  private static @Nullable MatchResources resources(@Nullable MatchResources resources) {
    return resources == null
        ? null
        : resources
            .withMatchPolicy(requireNonNullElse(resources.matchPolicy(), "Equivalent"))
            .withNamespaceSelector(
                requireNonNullElse(resources.namespaceSelector(), LabelSelector.EMPTY))
            .withObjectSelector(requireNonNullElse(resources.objectSelector(), LabelSelector.EMPTY))
            .withResourceRules(Mapped.each(resources.resourceRules(), PolicyDefaults::rule))
            .withExcludeResourceRules(
                Mapped.each(resources.excludeResourceRules(), PolicyDefaults::rule));
  }

  private static NamedRuleWithOperations rule(NamedRuleWithOperations rule) {
    return rule.scope() == null ? rule.withScope("*") : rule;
  }
}

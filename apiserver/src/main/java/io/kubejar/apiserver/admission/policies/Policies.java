package io.kubejar.apiserver.admission.policies;

import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.webhooks.EquivalentTypes;
import io.kubejar.apiserver.admission.webhooks.MatchConditions;
import io.kubejar.apiserver.admission.webhooks.ObjectViews;
import io.kubejar.apiserver.admission.webhooks.ReviewedObjects;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.metrics.AdmissionMetrics;
import io.kubejar.apiserver.metrics.PolicyMetrics;
import io.kubejar.apiserver.registry.Registry;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// The plugins of policies, and what they share.
public final class Policies {
  private static final String GROUP = "admissionregistration.k8s.io";
  private static final Set<String> EXEMPT =
      Set.of(
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding",
          "MutatingAdmissionPolicy",
          "MutatingAdmissionPolicyBinding",
          "ValidatingWebhookConfiguration",
          "MutatingWebhookConfiguration");

  private Policies() {}

  /// What policies look at and are measured with.
  ///
  /// @param kinds everything that is served, for parameters of any kind
  public record Surroundings(
      Registry<Namespace> namespaces,
      EquivalentTypes equivalents,
      ObjectViews views,
      ServedKinds kinds,
      Authorizer authorizer,
      PolicyMetrics metrics,
      AdmissionMetrics admissionMetrics,
      InstantSource clock) {

    /// Measures the match conditions of a policy, which upstream counts as validation whatever the
    /// policy does.
    ConditionWatch watch(String policy, AdmissionRequest request) {
      return new ConditionWatch(
          admissionMetrics, clock, policy, "policy", "validate", request.operation().name());
    }
  }

  public static AdmissionPlugin validating(
      Registry<ValidatingAdmissionPolicy> policies,
      Registry<ValidatingAdmissionPolicyBinding> bindings,
      Surroundings around) {
    return new ValidatingPolicies(policies, bindings, around);
  }

  public static AdmissionPlugin mutating(
      Registry<MutatingAdmissionPolicy> policies,
      Registry<MutatingAdmissionPolicyBinding> bindings,
      Surroundings around) {
    return new MutatingPolicies(policies, bindings, around);
  }

  /// The match conditions of webhooks.
  public static MatchConditions ofWebhooks(Surroundings around) {
    return new WebhookConditions(new ReviewedObjects(around.equivalents(), around.views()), around);
  }

  /// Whether no policy may have a say, lest nobody could mend a bad one.
  static boolean isExempt(AdmissionRequest request) {
    var kind = request.type().gvk();
    return kind.group().equals(GROUP) && EXEMPT.contains(kind.kind());
  }

  /// The bindings of a policy, in the order of their names.
  static <B extends KubernetesObject> List<B> bindings(
      Registry<B> registry, Function<B, String> policyOf, String policy)
      throws InterruptedException {
    return registry.cacheWithOwnWrites().list(Selection.<B>all()).objects().stream()
        .map(Stored::object)
        .filter(binding -> policyOf.apply(binding).equals(policy))
        .toList();
  }
}

package io.kubejar.apiserver.defaulting;

import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler;
import io.kubejar.api.core.v1.LimitRange;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfiguration;
import io.kubejar.api.networking.v1.IngressClass;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.RoleBinding;
import io.kubejar.api.rbac.v1.RoleRef;
import io.kubejar.api.rbac.v1.Subject;
import io.kubejar.api.resource.v1.ResourceClaim;
import io.kubejar.api.resource.v1.ResourceClaimTemplate;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.Quantity;
import java.util.LinkedHashMap;
import java.util.Map;

/// Kinds with little to fill in.
final class OtherDefaults {
  private static final String NAME_LABEL = "kubernetes.io/metadata.name";
  private static final String RBAC = "rbac.authorization.k8s.io";
  private static final int WEBHOOK_TIMEOUT_SECONDS = 10;

  private OtherDefaults() {}

  static KubernetesObject of(KubernetesObject object) {
    return switch (object) {
      case Node it -> node(it);
      case LimitRange it -> limitRange(it);
      case ResourceQuota it -> it.withSpec(it.spec().withHard(Amounts.rounded(it.spec().hard())));
      case HorizontalPodAutoscaler it -> AutoscalingDefaults.autoscaler(it);
      case io.kubejar.api.autoscaling.v1.HorizontalPodAutoscaler it ->
          AutoscalingDefaults.autoscaler(it);
      case FlowSchema it -> FlowControlDefaults.flowSchema(it);
      case PriorityLevelConfiguration it -> FlowControlDefaults.priorityLevel(it);
      case APIService it -> ApiServiceDefaults.apiService(it);
      case ResourceClaim it -> DeviceDefaults.claim(it);
      case ResourceClaimTemplate it -> DeviceDefaults.template(it);
      case IngressClass it -> NetworkDefaults.ingressClass(it);
      case ValidatingAdmissionPolicy it -> AdmissionPolicies.policy(it);
      case MutatingAdmissionPolicy it -> AdmissionPolicies.policy(it);
      case ValidatingAdmissionPolicyBinding it -> AdmissionPolicies.binding(it);
      case MutatingAdmissionPolicyBinding it -> AdmissionPolicies.binding(it);
      case ValidatingWebhookConfiguration it -> Webhooks.validating(it, WEBHOOK_TIMEOUT_SECONDS);
      case MutatingWebhookConfiguration it -> Webhooks.mutating(it, WEBHOOK_TIMEOUT_SECONDS);
      case CustomResourceDefinition it -> DefinitionDefaults.definition(it);
      default -> object;
    };
  }

  /// Every namespace carries its name as a label, so that selectors can choose it.
  static Namespace namespace(Namespace namespace) {
    var metadata = namespace.metadata();
    if (metadata.name().isEmpty()) {
      return namespace;
    }
    var labels = new LinkedHashMap<>(metadata.labels());
    labels.put(NAME_LABEL, metadata.name());
    return namespace.withMetadata(metadata.withLabels(labels));
  }

  /// What was given as text joins the bytes, and wins over them; it is never stored as text.
  static Secret secret(Secret secret) {
    var typed = secret.type().isEmpty() ? secret.withType("Opaque") : secret;
    if (typed.stringData().isEmpty()) {
      return typed;
    }
    var data = new LinkedHashMap<>(typed.data());
    typed.stringData().forEach((key, text) -> data.put(key, Bytes.utf8(text)));
    return typed.withData(data).withStringData(Map.of());
  }

  private static Node node(Node node) {
    var given = node.status();
    var status =
        given
            .withCapacity(Amounts.rounded(given.capacity()))
            .withAllocatable(Amounts.rounded(given.allocatable()));
    return status.allocatable().isEmpty() && !status.capacity().isEmpty()
        ? node.withStatus(status.withAllocatable(status.capacity()))
        : node.withStatus(status);
  }

  static RoleBinding roleBinding(RoleBinding binding) {
    return binding
        .withRoleRef(roleRef(binding.roleRef()))
        .withSubjects(Mapped.each(binding.subjects(), OtherDefaults::subject));
  }

  static ClusterRoleBinding clusterRoleBinding(ClusterRoleBinding binding) {
    return binding
        .withRoleRef(roleRef(binding.roleRef()))
        .withSubjects(Mapped.each(binding.subjects(), OtherDefaults::subject));
  }

  private static RoleRef roleRef(RoleRef role) {
    return role.apiGroup().isEmpty() ? role.withApiGroup(RBAC) : role;
  }

  private static Subject subject(Subject subject) {
    boolean person = subject.kind().equals("User") || subject.kind().equals("Group");
    return person && subject.apiGroup().isEmpty() ? subject.withApiGroup(RBAC) : subject;
  }

  /// A limit of containers is their default; the default, or else the least allowed, their request.
  private static LimitRange limitRange(LimitRange range) {
    var spec = range.spec();
    return range.withSpec(
        spec.withLimits(
            Mapped.each(
                spec.limits(),
                item -> {
                  if (!item.type().equals("Container")) {
                    return item;
                  }
                  Map<String, Quantity> limits = new LinkedHashMap<>(item.default_());
                  item.max().forEach(limits::putIfAbsent);
                  Map<String, Quantity> requests = new LinkedHashMap<>(item.defaultRequest());
                  limits.forEach(requests::putIfAbsent);
                  item.min().forEach(requests::putIfAbsent);
                  return item.withDefault_(limits).withDefaultRequest(requests);
                })));
  }
}

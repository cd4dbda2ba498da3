package io.kubejar.apiserver;

import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.api.core.v1.LimitRange;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.networking.v1.IngressClass;
import io.kubejar.api.node.v1.RuntimeClass;
import io.kubejar.api.scheduling.v1.PriorityClass;
import io.kubejar.api.storage.v1.StorageClass;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apiserver.admission.Admission;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.DefaultIngressClass;
import io.kubejar.apiserver.admission.DefaultTolerations;
import io.kubejar.apiserver.admission.NamespaceLifecycle;
import io.kubejar.apiserver.admission.NodeTaints;
import io.kubejar.apiserver.admission.PriorityAdmission;
import io.kubejar.apiserver.admission.RuntimeClassAdmission;
import io.kubejar.apiserver.admission.ServiceAccountAdmission;
import io.kubejar.apiserver.admission.TopologyLabels;
import io.kubejar.apiserver.admission.certificates.SignerGuard;
import io.kubejar.apiserver.admission.certificates.SubjectRestriction;
import io.kubejar.apiserver.admission.limits.LimitRanger;
import io.kubejar.apiserver.admission.podsecurity.PodSecurityAdmission;
import io.kubejar.apiserver.admission.policies.Policies;
import io.kubejar.apiserver.admission.quota.QuotaAdmission;
import io.kubejar.apiserver.admission.storage.ClaimResize;
import io.kubejar.apiserver.admission.storage.DefaultStorageClass;
import io.kubejar.apiserver.admission.storage.InUseProtection;
import io.kubejar.apiserver.admission.webhooks.MatchConditions;
import io.kubejar.apiserver.admission.webhooks.Webhooks;
import io.kubejar.apiserver.authz.Escalation;
import io.kubejar.apiserver.guards.EscalationGuard;
import io.kubejar.apiserver.guards.NodeRestriction;
import io.kubejar.apiserver.metrics.AdmissionMetrics;
import io.kubejar.apiserver.metrics.PodSecurityMetrics;
import io.kubejar.apiserver.metrics.PolicyMetrics;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Puts the admission plugins together, in upstream's order.
final class AdmissionChain {
  private final ApiServerOptions options;
  private final Wiring wiring;
  private final Access access;
  private final PrometheusRegistry registry;
  private final AdmissionMetrics metrics;
  private final List<Admission.Named> plugins = new ArrayList<>();

  AdmissionChain(
      ApiServerOptions options, Wiring wiring, Access access, PrometheusRegistry registry) {
    this.options = options;
    this.wiring = wiring;
    this.access = access;
    this.registry = registry;
    metrics = new AdmissionMetrics(registry);
  }

  Admission admission(WebhookClient client) {
    var policies = policies();
    var webhooks = webhooks(client, Policies.ofWebhooks(policies));
    add("NamespaceLifecycle", new NamespaceLifecycle(of(Namespace.RESOURCE)));
    add("LimitRanger", new LimitRanger(of(LimitRange.RESOURCE)));
    add(
        "ServiceAccount",
        new ServiceAccountAdmission(of(ServiceAccount.RESOURCE), options.random()));
    add("NodeRestriction", new NodeRestriction(access.objects(), access.authorizer()));
    add("TaintNodesByCondition", new NodeTaints());
    add("PodSecurity", podSecurity());
    add("Priority", new PriorityAdmission(of(PriorityClass.RESOURCE)));
    add("DefaultTolerationSeconds", new DefaultTolerations());
    add("DefaultStorageClass", new DefaultStorageClass(of(StorageClass.RESOURCE)));
    add("StorageObjectInUseProtection", new InUseProtection());
    add("PersistentVolumeClaimResize", new ClaimResize(of(StorageClass.RESOURCE)));
    add("RuntimeClass", new RuntimeClassAdmission(of(RuntimeClass.RESOURCE)));
    add("CertificateApproval", SignerGuard.approval(access.authorizer()));
    add("CertificateSigning", SignerGuard.signing(access.authorizer()));
    add("CertificateSubjectRestriction", new SubjectRestriction());
    add("DefaultIngressClass", new DefaultIngressClass(of(IngressClass.RESOURCE)));
    add("PodTopologyLabels", new TopologyLabels(of(Node.RESOURCE)));
    // Upstream guards roles and bindings where they are stored; nobody can switch it off.
    var escalation = new Escalation(access.rbac(), access.authorizer());
    plugins.add(new Admission.Named("Escalation", new EscalationGuard(escalation)));
    add(
        "MutatingAdmissionPolicy",
        Policies.mutating(
            of(MutatingAdmissionPolicy.RESOURCE),
            of(MutatingAdmissionPolicyBinding.RESOURCE),
            policies));
    add("MutatingAdmissionWebhook", webhooks.mutating());
    add(
        "ValidatingAdmissionPolicy",
        Policies.validating(
            of(ValidatingAdmissionPolicy.RESOURCE),
            of(ValidatingAdmissionPolicyBinding.RESOURCE),
            policies));
    add("ValidatingAdmissionWebhook", webhooks.validating());
    add("ResourceQuota", new QuotaAdmission(of(ResourceQuota.RESOURCE), options.clock()));
    return new Admission(plugins, metrics, options.clock());
  }

  private PodSecurityAdmission podSecurity() {
    return new PodSecurityAdmission(
        of(Namespace.RESOURCE),
        of(Pod.RESOURCE),
        options.admission().podSecurity(),
        new PodSecurityMetrics(registry));
  }

  private Policies.Surroundings policies() {
    var views = new ServedViews(wiring.resources());
    return new Policies.Surroundings(
        of(Namespace.RESOURCE),
        views,
        views,
        this::storedKind,
        access.authorizer(),
        new PolicyMetrics(registry),
        metrics,
        options.clock());
  }

  private Optional<Registry<?>> storedKind(String apiVersion, String kind) {
    for (var verbs : wiring.resources().all()) {
      var gvk = verbs.type().gvk();
      var registry = verbs.storage();
      if (registry.isPresent() && gvk.kind().equals(kind) && gvk.apiVersion().equals(apiVersion)) {
        return Optional.of(registry.get());
      }
    }
    return Optional.empty();
  }

  private Webhooks webhooks(WebhookClient client, MatchConditions conditions) {
    var views = new ServedViews(wiring.resources());
    return Webhooks.of(
        of(MutatingWebhookConfiguration.RESOURCE),
        of(ValidatingWebhookConfiguration.RESOURCE),
        new Webhooks.Environment(
            client,
            of(Namespace.RESOURCE),
            views,
            conditions,
            views,
            metrics,
            options.clock(),
            options.random()));
  }

  private void add(String name, AdmissionPlugin plugin) {
    if (options.admission().includes(name)) {
      plugins.add(new Admission.Named(name, plugin));
    }
  }

  private <T extends KubernetesObject> Registry<T> of(ResourceType<T> type) {
    return wiring.of(type);
  }
}

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
import io.kubejar.apiserver.admission.AlwaysDeny;
import io.kubejar.apiserver.admission.DefaultIngressClass;
import io.kubejar.apiserver.admission.DefaultTolerations;
import io.kubejar.apiserver.admission.ExternalAddresses;
import io.kubejar.apiserver.admission.NamespaceAutoProvision;
import io.kubejar.apiserver.admission.NamespaceExists;
import io.kubejar.apiserver.admission.NamespaceLifecycle;
import io.kubejar.apiserver.admission.NodeTaints;
import io.kubejar.apiserver.admission.PriorityAdmission;
import io.kubejar.apiserver.admission.RuntimeClassAdmission;
import io.kubejar.apiserver.admission.ServiceAccountAdmission;
import io.kubejar.apiserver.admission.TopologyLabels;
import io.kubejar.apiserver.admission.certificates.SignerGuard;
import io.kubejar.apiserver.admission.certificates.SubjectRestriction;
import io.kubejar.apiserver.admission.images.ImagePolicyWebhook;
import io.kubejar.apiserver.admission.limits.EventRates;
import io.kubejar.apiserver.admission.limits.LimitRanger;
import io.kubejar.apiserver.admission.owners.OwnerReferenceRights;
import io.kubejar.apiserver.admission.pods.AlwaysPullImages;
import io.kubejar.apiserver.admission.pods.AntiAffinityTopology;
import io.kubejar.apiserver.admission.pods.DeclaredFeatures;
import io.kubejar.apiserver.admission.pods.NamespaceNodeSelectors;
import io.kubejar.apiserver.admission.pods.ResizeCapacity;
import io.kubejar.apiserver.admission.pods.ResourceTolerations;
import io.kubejar.apiserver.admission.pods.RestrictedTolerations;
import io.kubejar.apiserver.admission.podsecurity.PodSecurityAdmission;
import io.kubejar.apiserver.admission.policies.Policies;
import io.kubejar.apiserver.admission.quota.QuotaAdmission;
import io.kubejar.apiserver.admission.storage.ClaimResize;
import io.kubejar.apiserver.admission.storage.DefaultStorageClass;
import io.kubejar.apiserver.admission.storage.InUseProtection;
import io.kubejar.apiserver.admission.webhooks.MatchConditions;
import io.kubejar.apiserver.admission.webhooks.Webhooks;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Escalation;
import io.kubejar.apiserver.guards.DeviceGuard;
import io.kubejar.apiserver.guards.EscalationGuard;
import io.kubejar.apiserver.guards.NodeRestriction;
import io.kubejar.apiserver.guards.ParamGuard;
import io.kubejar.apiserver.metrics.AdmissionMetrics;
import io.kubejar.apiserver.metrics.PodSecurityMetrics;
import io.kubejar.apiserver.metrics.PolicyMetrics;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.kubejar.apiserver.webhook.WebhookKubeconfig;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Puts the admission plugins together, in upstream's order.
final class AdmissionChain {
  private static final UserInfo SELF = UserInfo.of("system:apiserver", UserInfo.MASTERS_GROUP);
  private static final String MANAGER = "kube-apiserver";

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
    beforeNodes();
    pods(client);
    storageAndServices();
    guards();
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
    add(
        "ResourceQuota",
        new QuotaAdmission(
            of(ResourceQuota.RESOURCE), options.clock(), options.admission().settings().limited()));
    add("AlwaysDeny", new AlwaysDeny(SELF.name()));
    return new Admission(plugins, metrics, options.clock());
  }

  private void beforeNodes() {
    var namespaces = of(Namespace.RESOURCE);
    var call = Call.by(SELF, MANAGER);
    add(
        "NamespaceAutoProvision",
        new NamespaceAutoProvision(
            namespaces,
            namespace ->
                wiring.resources().stored(Namespace.RESOURCE).create(call, "", namespace)));
    add("NamespaceLifecycle", new NamespaceLifecycle(namespaces));
    add("NamespaceExists", new NamespaceExists(namespaces));
    add("LimitPodHardAntiAffinityTopology", new AntiAffinityTopology());
    add("LimitRanger", new LimitRanger(of(LimitRange.RESOURCE)));
    add(
        "ServiceAccount",
        new ServiceAccountAdmission(of(ServiceAccount.RESOURCE), options.random()));
    add("NodeRestriction", new NodeRestriction(access.objects(), access.authorizer()));
    add("TaintNodesByCondition", new NodeTaints());
  }

  private void pods(WebhookClient client) {
    var settings = options.admission().settings();
    var namespaces = of(Namespace.RESOURCE);
    add("AlwaysPullImages", new AlwaysPullImages());
    images(client);
    add("PodSecurity", podSecurity());
    add("PodNodeSelector", new NamespaceNodeSelectors(namespaces, settings.nodeSelectors()));
    add("Priority", new PriorityAdmission(of(PriorityClass.RESOURCE)));
    add("DefaultTolerationSeconds", new DefaultTolerations());
    add("PodTolerationRestriction", new RestrictedTolerations(namespaces, settings.tolerations()));
    add("EventRateLimit", new EventRates(settings.events(), options.clock()));
    add("ExtendedResourceToleration", new ResourceTolerations());
  }

  private void storageAndServices() {
    add("DefaultStorageClass", new DefaultStorageClass(of(StorageClass.RESOURCE)));
    add("StorageObjectInUseProtection", new InUseProtection());
    add(
        "OwnerReferencesPermissionEnforcement",
        new OwnerReferenceRights(access.authorizer(), this::served));
    add("PersistentVolumeClaimResize", new ClaimResize(of(StorageClass.RESOURCE)));
    add("RuntimeClass", new RuntimeClassAdmission(of(RuntimeClass.RESOURCE)));
    add("CertificateApproval", SignerGuard.approval(access.authorizer()));
    add("CertificateSigning", SignerGuard.signing(access.authorizer()));
    add("CertificateSubjectRestriction", new SubjectRestriction());
    add("DefaultIngressClass", new DefaultIngressClass(of(IngressClass.RESOURCE)));
    add("DenyServiceExternalIPs", new ExternalAddresses());
    add("PodTopologyLabels", new TopologyLabels(of(Node.RESOURCE)));
    add("NodeDeclaredFeatureValidator", new DeclaredFeatures(of(Node.RESOURCE)));
    add("PodResizeValidator", new ResizeCapacity(of(Node.RESOURCE)));
  }

  private void images(WebhookClient client) {
    var policy = options.admission().settings().images();
    if (policy != null && options.admission().includes("ImagePolicyWebhook")) {
      var target = WebhookKubeconfig.target(Path.of(policy.kubeconfig()));
      add(
          "ImagePolicyWebhook",
          new ImagePolicyWebhook(policy, target, client, options.clock(), options.random()));
    }
  }

  /// Upstream guards these where they are stored; nobody can switch it off.
  private void guards() {
    var escalation = new Escalation(access.rbac(), access.authorizer());
    plugins.add(new Admission.Named("Escalation", new EscalationGuard(escalation)));
    var lookup =
        new ParamGuard.Lookup(
            this::served,
            of(ValidatingAdmissionPolicy.RESOURCE)::find,
            of(MutatingAdmissionPolicy.RESOURCE)::find);
    plugins.add(new Admission.Named("Params", new ParamGuard(access.authorizer(), lookup)));
    plugins.add(
        new Admission.Named(
            "Devices", new DeviceGuard(access.authorizer(), of(Namespace.RESOURCE)::find)));
  }

  private PodSecurityAdmission podSecurity() {
    return new PodSecurityAdmission(
        of(Namespace.RESOURCE),
        of(Pod.RESOURCE),
        options.admission().settings().podSecurity(),
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
        new PolicyMetrics(registry, wiring.expressions()),
        metrics,
        options.clock());
  }

  private Optional<Registry<?>> storedKind(String apiVersion, String kind) {
    return verbs(apiVersion, kind).flatMap(ResourceVerbs::storage);
  }

  private Optional<ResourceType<?>> served(String apiVersion, String kind) {
    return verbs(apiVersion, kind).map(ResourceVerbs::type);
  }

  private Optional<? extends ResourceVerbs<?>> verbs(String apiVersion, String kind) {
    return wiring.resources().all().stream()
        .filter(
            verbs ->
                verbs.storage().isPresent()
                    && verbs.type().gvk().kind().equals(kind)
                    && verbs.type().gvk().apiVersion().equals(apiVersion))
        .findFirst();
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

package io.kubejar.apiserver.strategy;

import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.api.networking.v1.Ingress;
import io.kubejar.api.networking.v1.NetworkPolicy;
import io.kubejar.api.node.v1.RuntimeClass;
import io.kubejar.api.resource.v1.ResourceSlice;
import io.kubejar.api.storage.v1.CSIDriver;
import io.kubejar.api.storage.v1.CSIStorageCapacity;
import io.kubejar.api.storage.v1.StorageClass;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.validation.AddressForms;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What writers of all kinds but workloads should hear.
final class RareCautions {
  private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";
  private static final String STORAGE_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";
  private static final String MOUNT_OPTIONS = "volume.beta.kubernetes.io/mount-options";
  private static final String MOUNTABLE_SECRETS = "kubernetes.io/enforce-mountable-secrets";
  private static final String STATIC = ".static.k8s.io";

  private RareCautions() {}

  static void add(List<String> warnings, KubernetesObject object, @Nullable KubernetesObject old) {
    switch (object) {
      case Ingress it -> {
        if (old == null
            && it.spec().ingressClassName() == null
            && it.metadata().annotations().containsKey(CLASS_ANNOTATION)) {
          warnings.add(
              "annotation \"kubernetes.io/ingress.class\" is deprecated, please use"
                  + " 'spec.ingressClassName' instead");
        }
      }
      case Service it -> NetworkCautions.service(warnings, it);
      case NetworkPolicy it -> NetworkCautions.policy(warnings, it);
      case Endpoints it -> NetworkCautions.endpoints(warnings, it);
      case EndpointSlice it -> NetworkCautions.slice(warnings, it, old == null);
      case PersistentVolumeClaim it -> {
        annotation(warnings, it, STORAGE_CLASS_ANNOTATION, "v1.8", "storageClassName");
        VolumeCautions.claim(warnings, "spec", it.spec());
      }
      case PersistentVolume it -> volume(warnings, it);
      case StorageClass it -> storageClass(warnings, it);
      case CSIStorageCapacity it ->
          NodeLabelCautions.selector(warnings, "nodeTopology", it.nodeTopology());
      case CSIDriver it -> driver(warnings, it, old);
      case RuntimeClass it -> runtimeClass(warnings, it);
      case ServiceAccount it -> account(warnings, it, old);
      case Node it -> node(warnings, it);
      case ResourceQuota it -> {
        if (old == null) {
          quota(warnings, it);
        }
      }
      case ResourceSlice it -> slice(warnings, it);
      case ValidatingWebhookConfiguration _,
          MutatingWebhookConfiguration _,
          ValidatingAdmissionPolicy _,
          ValidatingAdmissionPolicyBinding _,
          MutatingAdmissionPolicy _,
          MutatingAdmissionPolicyBinding _ ->
          admission(warnings, object.metadata().name());
      default -> {}
    }
  }

  private static void annotation(
      List<String> warnings, KubernetesObject object, String key, String since, String instead) {
    if (object.metadata().annotations().containsKey(key)) {
      warnings.add(
          "metadata.annotations["
              + key
              + "]: deprecated since "
              + since
              + "; use \""
              + instead
              + "\" attribute instead");
    }
  }

  private static void volume(List<String> warnings, PersistentVolume volume) {
    annotation(warnings, volume, STORAGE_CLASS_ANNOTATION, "v1.8", "storageClassName");
    annotation(warnings, volume, MOUNT_OPTIONS, "v1.31", "mountOptions");
    var spec = volume.spec();
    if (spec.persistentVolumeReclaimPolicy().equals("Recycle")) {
      warnings.add(
          "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead,"
              + " the recommended approach is to use dynamic provisioning.");
    }
    var affinity = spec.nodeAffinity();
    if (affinity != null && affinity.required() != null) {
      NodeLabelCautions.terms(
          warnings,
          "spec.nodeAffinity.required.nodeSelectorTerms",
          affinity.required().nodeSelectorTerms());
    }
    Map<String, @Nullable Object> gone = new LinkedHashMap<>();
    gone.put("cephfs: deprecated in v1.28, non-functional in v1.31+", spec.cephfs());
    gone.put(
        "photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+",
        spec.photonPersistentDisk());
    gone.put("scaleIO: deprecated in v1.16, non-functional in v1.22+", spec.scaleIO());
    gone.put("storageOS: deprecated in v1.22, non-functional in v1.25+", spec.storageos());
    gone.put("glusterfs: deprecated in v1.25, non-functional in v1.26+", spec.glusterfs());
    gone.put("rbd: deprecated in v1.28, non-functional in v1.31+", spec.rbd());
    VolumeCautions.told(warnings, "spec", gone);
  }

  private static void storageClass(List<String> warnings, StorageClass given) {
    for (int i = 0; i < given.allowedTopologies().size(); i++) {
      var expressions = given.allowedTopologies().get(i).matchLabelExpressions();
      for (int j = 0; j < expressions.size(); j++) {
        NodeLabelCautions.label(
            warnings,
            "allowedTopologies[" + i + "].matchLabelExpressions[" + j + "].key",
            expressions.get(j).key());
      }
    }
  }

  private static void driver(
      List<String> warnings, CSIDriver driver, @Nullable KubernetesObject old) {
    var spec = driver.spec();
    boolean isNews =
        !(old instanceof CSIDriver was) || !spec.tokenRequests().equals(was.spec().tokenRequests());
    if (isNews && !spec.tokenRequests().isEmpty() && spec.serviceAccountTokenInSecrets() == null) {
      warnings.add(
          "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to"
              + " true to prevent possible logging of tokens in volume attributes");
    }
  }

  private static void runtimeClass(List<String> warnings, RuntimeClass given) {
    if (given.scheduling() != null) {
      given
          .scheduling()
          .nodeSelector()
          .keySet()
          .forEach(key -> NodeLabelCautions.label(warnings, "scheduling.nodeSelector", key));
    }
  }

  private static void account(
      List<String> warnings, ServiceAccount account, @Nullable KubernetesObject old) {
    boolean before = old != null && old.metadata().annotations().containsKey(MOUNTABLE_SECRETS);
    if (account.metadata().annotations().containsKey(MOUNTABLE_SECRETS) && !before) {
      warnings.add(
          "metadata.annotations["
              + MOUNTABLE_SECRETS
              + "]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted"
              + " secrets");
    }
  }

  private static void node(List<String> warnings, Node node) {
    if (node.spec().configSource() != null) {
      warnings.add("spec.configSource: the feature is removed");
    }
    if (!node.spec().externalID().isEmpty()) {
      warnings.add("spec.externalID: this field is deprecated, and is unused by Kubernetes");
    }
    var ranges = node.spec().podCIDRs();
    for (int i = 0; i < ranges.size(); i++) {
      warnings.addAll(AddressForms.range("spec.podCIDRs[" + i + "]", ranges.get(i)));
    }
  }

  /// Requests beyond the limits can never be used up.
  private static void quota(List<String> warnings, ResourceQuota quota) {
    var hard = quota.spec().hard();
    for (var name : List.of("cpu", "memory", "storage", "ephemeral-storage")) {
      var key = "requests." + name;
      boolean hasBareName = name.equals("cpu") || name.equals("memory");
      if (!hard.containsKey(key) && hasBareName) {
        key = name;
      }
      var requests = hard.get(key);
      var limits = hard.get("limits." + name);
      if (requests != null && limits != null && requests.compareTo(limits) > 0) {
        warnings.add(
            "ResourceQuota %s (%s) should be less than limits.%s (%s)"
                .formatted(key, requests, name, limits));
      }
    }
  }

  private static void slice(List<String> warnings, ResourceSlice slice) {
    var driver = slice.spec().driver();
    if (!driver.equals(driver.toLowerCase(Locale.ROOT))) {
      warnings.add(
          "spec.driver: driver names should be lowercase; "
              + GoText.quoted(driver)
              + " contains uppercase characters");
    }
  }

  private static void admission(List<String> warnings, String name) {
    if (name.endsWith(STATIC)) {
      warnings.add(
          "metadata.name: names ending with \""
              + STATIC
              + "\" are reserved for static manifest-based configurations and cannot be managed"
              + " via the API");
    }
  }
}

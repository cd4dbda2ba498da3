package io.kubejar.apiserver.strategy;

import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplate;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.ReplicationController;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.networking.v1.Ingress;
import io.kubejar.api.resource.v1.ResourceSlice;
import io.kubejar.api.storage.v1.StorageClass;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.KubernetesObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the writer of an object should hear although it is accepted: what is deprecated, what does
/// nothing, what is probably a mistake.
final class Cautions {
  private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";
  private static final String STORAGE_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";
  private static final String MOUNTABLE_SECRETS = "kubernetes.io/enforce-mountable-secrets";
  private static final String TEMPLATE = "spec.template";
  private static final String STATIC = ".static.k8s.io";

  private Cautions() {}

  /// @param old the state before; null for a new object. What it had already is not said again.
  static List<String> of(KubernetesObject object, @Nullable KubernetesObject old) {
    var warnings = new ArrayList<String>();
    switch (object) {
      case Pod it -> {
        if (old == null) { // The spec of a pod hardly changes.
          PodCautions.add(warnings, "", it.spec(), it.metadata());
        }
      }
      case PodTemplate it -> template(warnings, "template", it.template());
      case Deployment it -> {
        if (!(old instanceof Deployment was)
            || !it.spec().template().equals(was.spec().template())) {
          template(warnings, TEMPLATE, it.spec().template());
        }
      }
      case ReplicaSet it -> {
        if (old == null) {
          template(warnings, TEMPLATE, it.spec().template());
        }
      }
      case DaemonSet it -> {
        if (!(old instanceof DaemonSet was)
            || !it.spec().template().equals(was.spec().template())) {
          template(warnings, TEMPLATE, it.spec().template());
        }
      }
      case StatefulSet it -> statefulSet(warnings, it, old);
      case ReplicationController it -> {
        if (it.spec().template() != null && old == null) {
          template(warnings, TEMPLATE, it.spec().template());
        }
      }
      case Job it -> {
        if (old == null) {
          template(warnings, TEMPLATE, it.spec().template());
        }
      }
      case CronJob it -> cronJob(warnings, it, old);
      case Ingress it -> {
        if (old == null && it.metadata().annotations().containsKey(CLASS_ANNOTATION)) {
          warnings.add(
              "annotation \"kubernetes.io/ingress.class\" is deprecated, please use"
                  + " 'spec.ingressClassName' instead");
        }
      }
      case PersistentVolumeClaim it -> claim(warnings, it);
      case PersistentVolume it -> volume(warnings, it);
      case StorageClass it -> storageClass(warnings, it);
      case ServiceAccount it -> {
        var annotations = it.metadata().annotations();
        boolean before = old != null && old.metadata().annotations().containsKey(MOUNTABLE_SECRETS);
        if (annotations.containsKey(MOUNTABLE_SECRETS) && !before) {
          warnings.add(
              "metadata.annotations["
                  + MOUNTABLE_SECRETS
                  + "]: deprecated in v1.32+; prefer separate namespaces to isolate access to"
                  + " mounted secrets");
        }
      }
      case Node it -> node(warnings, it);
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
    return warnings;
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

  private static void template(List<String> warnings, String path, PodTemplateSpec template) {
    PodCautions.add(warnings, path + ".", template.spec(), template.metadata());
  }

  private static void statefulSet(
      List<String> warnings, StatefulSet set, @Nullable KubernetesObject old) {
    if (!(old instanceof StatefulSet was) || !set.spec().template().equals(was.spec().template())) {
      template(warnings, TEMPLATE, set.spec().template());
    }
    var kept = set.spec().revisionHistoryLimit();
    if (kept != null && kept < 0) {
      warnings.add(
          "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value"
              + " >= 0 is recommended");
    }
  }

  private static void cronJob(List<String> warnings, CronJob job, @Nullable KubernetesObject old) {
    boolean newTemplate =
        !(old instanceof CronJob was)
            || !job.spec()
                .jobTemplate()
                .spec()
                .template()
                .equals(was.spec().jobTemplate().spec().template());
    if (newTemplate) {
      template(
          warnings, "spec.jobTemplate.spec.template", job.spec().jobTemplate().spec().template());
    }
    if (job.spec().schedule().contains("TZ")) {
      warnings.add(
          "cannot use TZ or CRON_TZ in schedule, use timeZone instead, see"
              + " https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#unsupported-timezone-spec"
              + " for more details");
    }
  }

  private static void claim(List<String> warnings, PersistentVolumeClaim claim) {
    storageClassAnnotation(warnings, claim, "storageClassName");
    PodCautions.fraction(
        warnings,
        "spec.resources.requests[storage]",
        claim.spec().resources().requests().get("storage"));
    PodCautions.fraction(
        warnings,
        "spec.resources.limits[storage]",
        claim.spec().resources().limits().get("storage"));
  }

  private static void storageClassAnnotation(
      List<String> warnings, KubernetesObject object, String attribute) {
    if (object.metadata().annotations().containsKey(STORAGE_CLASS_ANNOTATION)) {
      warnings.add(
          "metadata.annotations["
              + STORAGE_CLASS_ANNOTATION
              + "]: deprecated since v1.8; use \""
              + attribute
              + "\" attribute instead");
    }
  }

  private static void volume(List<String> warnings, PersistentVolume volume) {
    storageClassAnnotation(warnings, volume, "storageClassName");
    var reclaim = "volume.beta.kubernetes.io/mount-options";
    if (volume.metadata().annotations().containsKey(reclaim)) {
      warnings.add(
          "metadata.annotations["
              + reclaim
              + "]: deprecated since v1.31; use \"mountOptions\" attribute instead");
    }
    if (volume.spec().persistentVolumeReclaimPolicy().equals("Recycle")) {
      warnings.add(
          "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead,"
              + " the recommended approach is to use dynamic provisioning.");
    }
  }

  private static void storageClass(List<String> warnings, StorageClass given) {
    for (int i = 0; i < given.allowedTopologies().size(); i++) {
      var expressions = given.allowedTopologies().get(i).matchLabelExpressions();
      for (int j = 0; j < expressions.size(); j++) {
        PodCautions.nodeLabel(
            warnings,
            "allowedTopologies[" + i + "].matchLabelExpressions[" + j + "].key",
            expressions.get(j).key());
      }
    }
  }

  private static void node(List<String> warnings, Node node) {
    if (node.spec().configSource() != null) {
      warnings.add(
          "spec.configSource: the feature is no longer supported. DynamicKubeletConfig feature is"
              + " no longer supported");
    }
    if (!node.spec().externalID().isEmpty()) {
      warnings.add("spec.externalID: this field is deprecated, and is unused by Kubernetes");
    }
  }
}

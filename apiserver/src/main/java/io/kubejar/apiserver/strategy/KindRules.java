package io.kubejar.apiserver.strategy;

import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.util.Set;

/// Small facts about kinds, as upstream's strategies have them.
final class KindRules {
  private static final Set<String> GENERATION =
      Set.of(
          "pods",
          "podtemplates",
          "replicationcontrollers",
          "deployments.apps",
          "replicasets.apps",
          "statefulsets.apps",
          "daemonsets.apps",
          "jobs.batch",
          "cronjobs.batch",
          "ingresses.networking.k8s.io",
          "ingressclasses.networking.k8s.io",
          "networkpolicies.networking.k8s.io",
          "poddisruptionbudgets.policy",
          "priorityclasses.scheduling.k8s.io",
          "endpointslices.discovery.k8s.io",
          "flowschemas.flowcontrol.apiserver.k8s.io",
          "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
          "mutatingwebhookconfigurations.admissionregistration.k8s.io",
          "validatingwebhookconfigurations.admissionregistration.k8s.io",
          "validatingadmissionpolicies.admissionregistration.k8s.io",
          "validatingadmissionpolicybindings.admissionregistration.k8s.io",
          "mutatingadmissionpolicies.admissionregistration.k8s.io",
          "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
          "customresourcedefinitions.apiextensions.k8s.io",
          "deviceclasses.resource.k8s.io",
          "resourceslices.resource.k8s.io",
          "csidrivers.storage.k8s.io");

  private static final Set<String> CREATED_ON_UPDATE =
      Set.of(
          "endpoints",
          "events",
          "events.events.k8s.io",
          "limitranges",
          "services",
          "leases.coordination.k8s.io",
          "runtimeclasses.node.k8s.io",
          "roles.rbac.authorization.k8s.io",
          "rolebindings.rbac.authorization.k8s.io",
          "clusterroles.rbac.authorization.k8s.io",
          "clusterrolebindings.rbac.authorization.k8s.io");

  private static final Set<String> CONDITIONAL_UPDATES_ONLY =
      Set.of(
          "leases.coordination.k8s.io",
          "csidrivers.storage.k8s.io",
          "csinodes.storage.k8s.io",
          "csistoragecapacities.storage.k8s.io",
          "volumeattachments.storage.k8s.io",
          "poddisruptionbudgets.policy",
          "runtimeclasses.node.k8s.io",
          "customresourcedefinitions.apiextensions.k8s.io",
          "apiservices.apiregistration.k8s.io",
          "mutatingwebhookconfigurations.admissionregistration.k8s.io",
          "validatingwebhookconfigurations.admissionregistration.k8s.io",
          "validatingadmissionpolicies.admissionregistration.k8s.io",
          "validatingadmissionpolicybindings.admissionregistration.k8s.io",
          "mutatingadmissionpolicies.admissionregistration.k8s.io",
          "mutatingadmissionpolicybindings.admissionregistration.k8s.io");

  private static final Set<String> RETURNED_WHEN_DELETED =
      Set.of(
          "pods",
          "podtemplates",
          "resourcequotas",
          "serviceaccounts",
          "services",
          "persistentvolumes",
          "persistentvolumeclaims",
          "deviceclasses.resource.k8s.io",
          "resourceclaims.resource.k8s.io",
          "resourceclaimtemplates.resource.k8s.io",
          "resourceslices.resource.k8s.io",
          "csidrivers.storage.k8s.io",
          "csinodes.storage.k8s.io",
          "storageclasses.storage.k8s.io",
          "volumeattachments.storage.k8s.io",
          "volumeattributesclasses.storage.k8s.io");

  /// Who reports the status of these changes nothing else, not even labels.
  private static final Set<String> STATUS_ALONE =
      Set.of(
          "servicecidrs.networking.k8s.io",
          "resourceclaims.resource.k8s.io",
          "flowschemas.flowcontrol.apiserver.k8s.io",
          "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
          "validatingadmissionpolicies.admissionregistration.k8s.io",
          "volumeattachments.storage.k8s.io",
          "apiservices.apiregistration.k8s.io");

  private KindRules() {}

  /// Whether a new object has the generation 1, and not none.
  static boolean beginsWithGeneration(GroupResource resource) {
    return hasGeneration(resource) && !resource.toString().equals("csidrivers.storage.k8s.io");
  }

  /// Whether the generation of an object grows; all that matters of a PriorityClass is fixed.
  static boolean countsGenerations(GroupResource resource) {
    return hasGeneration(resource)
        && !resource.toString().equals("priorityclasses.scheduling.k8s.io");
  }

  /// Whether the metadata tell that something else is wanted. Most never do.
  static boolean wantsOther(GroupResource resource, ObjectMeta metadata, ObjectMeta old) {
    return switch (resource.toString()) {
      case "deployments.apps" -> !metadata.annotations().equals(old.annotations());
      case "endpointslices.discovery.k8s.io" -> !metadata.labels().equals(old.labels());
      default -> false;
    };
  }

  static boolean reportsStatusAlone(GroupResource resource) {
    return STATUS_ALONE.contains(resource.toString());
  }

  static boolean hasGeneration(GroupResource resource) {
    return GENERATION.contains(resource.toString());
  }

  static boolean createsOnUpdate(GroupResource resource) {
    return CREATED_ON_UPDATE.contains(resource.toString());
  }

  static boolean allowsUnconditionalUpdate(GroupResource resource) {
    return !CONDITIONAL_UPDATES_ONLY.contains(resource.toString());
  }

  static boolean returnsDeleted(GroupResource resource) {
    return RETURNED_WHEN_DELETED.contains(resource.toString());
  }
}

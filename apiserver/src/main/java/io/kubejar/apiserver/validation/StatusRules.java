package io.kubejar.apiserver.validation;

import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler;
import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ReplicationController;
import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfiguration;
import io.kubejar.api.networking.v1.Ingress;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.api.resource.v1.ResourceClaim;
import io.kubejar.apimachinery.KubernetesObject;

/// What is looked at when a status is reported. What is wanted does not change then, and is not
/// looked at again.
final class StatusRules {
  private StatusRules() {}

  /// False if the kind has no rules of its own for that.
  static boolean update(Check root, KubernetesObject object, KubernetesObject old) {
    var at = root.at("status");
    switch (object) {
      case Pod now when old instanceof Pod was -> PodStatuses.update(root, now, was);
      case Deployment now when old instanceof Deployment was ->
          WorkloadStatuses.deployment(at, now.status(), was.status());
      case ReplicaSet now -> WorkloadStatuses.replicaSet(at, now.status());
      case ReplicationController now -> WorkloadStatuses.replicationController(at, now.status());
      case StatefulSet now when old instanceof StatefulSet was ->
          WorkloadStatuses.statefulSet(at, now.status(), was.status());
      case DaemonSet now when old instanceof DaemonSet was ->
          WorkloadStatuses.daemonSet(at, now.status(), was.status());
      case Job now when old instanceof Job was -> JobStatuses.update(at, now, was);
      case Service now when old instanceof Service was ->
          LoadBalancers.ofService(at.at("loadBalancer").at("ingress"), now, was);
      case Ingress now when old instanceof Ingress was ->
          LoadBalancers.ofIngress(at.at("loadBalancer").at("ingress"), now, was);
      case Node now when old instanceof Node was -> Nodes.node(root, now, was);
      case Namespace now -> Configuration.phase(at.at("Phase"), now);
      case PersistentVolumeClaim now -> Storage.status(root, now);
      case ResourceQuota now -> Quotas.status(at, now);
      case PodDisruptionBudget now -> budget(at, now);
      case HorizontalPodAutoscaler now -> {
        at.at("currentReplicas").nonNegative(now.status().currentReplicas());
        at.at("desiredReplicas").nonNegative(now.status().desiredReplicas());
      }
      case ResourceClaim now when old instanceof ResourceClaim was ->
          DeviceClaimStatuses.update(root, now, was);
      case FlowSchema now -> FlowControls.status(root, now.status());
      case PriorityLevelConfiguration now -> FlowControls.status(root, now.status());
      case ValidatingAdmissionPolicy now -> AdmissionPolicies.status(root, now.status());
      case APIService now -> ApiServices.status(at, now.status());
      case CronJob _, PersistentVolume _ -> {} // Anything goes.
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void budget(Check at, PodDisruptionBudget budget) {
    var status = budget.status();
    Conditions.check(at.at("conditions"), status.conditions());
    at.at("disruptionsAllowed").nonNegative(status.disruptionsAllowed());
    at.at("currentHealthy").nonNegative(status.currentHealthy());
    at.at("desiredHealthy").nonNegative(status.desiredHealthy());
    at.at("expectedPods").nonNegative(status.expectedPods());
  }
}

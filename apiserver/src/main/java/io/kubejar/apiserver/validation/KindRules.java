package io.kubejar.apiserver.validation;

import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler;
import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.LimitRange;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplate;
import io.kubejar.api.core.v1.ReplicationController;
import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.api.networking.v1.Ingress;
import io.kubejar.api.networking.v1.NetworkPolicy;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.Role;
import io.kubejar.api.rbac.v1.RoleBinding;
import io.kubejar.api.scheduling.v1.PriorityClass;
import io.kubejar.apimachinery.KubernetesObject;

/// Which rules are for which kind.
final class KindRules {
  private KindRules() {}

  /// Checks a new object. False if there are no rules for its kind.
  static boolean create(Check root, KubernetesObject object) {
    switch (object) {
      case Pod pod -> Pods.create(root, pod);
      case PodTemplate template -> PodSpecs.template(root.at("template"), template.template());
      case Deployment deployment -> Workloads.deployment(root, deployment);
      case ReplicaSet set -> Workloads.replicaSet(root, set);
      case StatefulSet set -> StatefulSets.statefulSet(root, set);
      case DaemonSet set -> Workloads.daemonSet(root, set);
      case ReplicationController each -> Workloads.replicationController(root, each);
      case Job job -> Jobs.job(root, job);
      case CronJob job -> CronJobs.cronJob(root, job);
      case Service service -> Services.service(root, service);
      case Endpoints endpoints -> EndpointKinds.endpoints(root, endpoints);
      case EndpointSlice slice -> EndpointKinds.endpointSlice(root, slice);
      case Ingress ingress -> Networking.newIngress(root, ingress);
      case NetworkPolicy policy -> NetworkPolicies.policy(root, policy);
      case ConfigMap map -> Configuration.configMap(root, map);
      case Secret secret -> Configuration.secret(root, secret);
      case Namespace namespace -> Configuration.namespace(root, namespace);
      case Node node -> Nodes.node(root, node);
      case Role role -> AccessRules.role(root, role);
      case ClusterRole role -> AccessRules.clusterRole(root, role);
      case RoleBinding each -> AccessRules.binding(root, each.roleRef(), each.subjects(), true);
      case ClusterRoleBinding each ->
          AccessRules.binding(root, each.roleRef(), each.subjects(), false);
      case PersistentVolumeClaim claim -> Storage.claim(root, claim);
      case PersistentVolume volume -> PersistentVolumes.volume(root, volume);
      case Lease lease -> Policies.lease(root, lease);
      case PriorityClass priority -> Policies.priorityClass(root, priority);
      case HorizontalPodAutoscaler each -> Autoscalers.autoscaler(root, each);
      case PodDisruptionBudget budget -> Policies.disruptionBudget(root, budget);
      case LimitRange range -> LimitRanges.limitRange(root, range);
      case ResourceQuota quota -> Quotas.quota(root, quota);
      case ValidatingAdmissionPolicy policy -> AdmissionPolicies.policy(root, policy);
      case ValidatingAdmissionPolicyBinding each -> AdmissionPolicies.binding(root, each);
      case ControllerRevision revision -> Revisions.revision(root, revision);
      case ServiceAccount _ -> {} // The metadata is all there is.
      default -> {
        return RareKinds.create(root, object);
      }
    }
    return true;
  }

  /// Checks an object against its older state. False if there are no rules for its kind.
  static boolean update(Check root, KubernetesObject object, KubernetesObject old) {
    return switch (object) {
      case Pod now when old instanceof Pod was -> done(() -> Pods.update(root, now, was));
      case Deployment now when old instanceof Deployment was ->
          done(() -> Workloads.deployment(root, now, was));
      case ReplicaSet now when old instanceof ReplicaSet was ->
          done(() -> Workloads.replicaSet(root, now, was));
      case StatefulSet now when old instanceof StatefulSet was ->
          done(() -> StatefulSets.statefulSet(root, now, was));
      case DaemonSet now when old instanceof DaemonSet was ->
          done(() -> Workloads.daemonSet(root, now, was));
      case Job now when old instanceof Job was -> done(() -> Jobs.job(root, now, was));
      case CronJob now when old instanceof CronJob was ->
          done(() -> CronJobs.cronJob(root, now, was));
      case ControllerRevision now when old instanceof ControllerRevision was ->
          done(() -> Revisions.revision(root, now, was));
      case Service now when old instanceof Service was ->
          done(() -> Services.service(root, now, was));
      case EndpointSlice now when old instanceof EndpointSlice was ->
          done(() -> EndpointKinds.endpointSlice(root, now, was));
      case ConfigMap now when old instanceof ConfigMap was ->
          done(() -> Configuration.configMap(root, now, was));
      case Secret now when old instanceof Secret was ->
          done(() -> Configuration.secret(root, now, was));
      case Namespace now -> done(() -> Configuration.finalizers(root, now));
      case Node now when old instanceof Node was ->
          create(root, now) && done(() -> Nodes.node(root, now, was));
      case ClusterRole now when old instanceof ClusterRole was ->
          done(() -> AccessRules.clusterRole(root, now, was));
      case PodDisruptionBudget now when old instanceof PodDisruptionBudget was ->
          done(() -> Policies.disruptionBudget(root, now, was));
      case RoleBinding now when old instanceof RoleBinding was ->
          create(root, now) && done(() -> AccessRules.sameRole(root, now.roleRef(), was.roleRef()));
      case ClusterRoleBinding now when old instanceof ClusterRoleBinding was ->
          create(root, now) && done(() -> AccessRules.sameRole(root, now.roleRef(), was.roleRef()));
      case PersistentVolumeClaim now when old instanceof PersistentVolumeClaim was ->
          done(() -> Storage.claim(root, now, was));
      case PersistentVolume now when old instanceof PersistentVolume was ->
          done(() -> PersistentVolumes.volume(root, now, was));
      case PriorityClass now when old instanceof PriorityClass was ->
          done(() -> Policies.priorityClass(root, now, was));
      case ResourceQuota now when old instanceof ResourceQuota was ->
          done(() -> Quotas.quota(root, now, was));
      case HorizontalPodAutoscaler now when old instanceof HorizontalPodAutoscaler was ->
          done(() -> Autoscalers.autoscaler(root, now, was));
      case Lease now -> done(() -> Policies.lease(root, now));
      case Endpoints now when old instanceof Endpoints was ->
          done(() -> EndpointKinds.endpoints(root, now, was));
      case NetworkPolicy now when old instanceof NetworkPolicy was ->
          done(() -> NetworkPolicies.policy(root, now, was));
      case Ingress now -> done(() -> Networking.ingress(root, now));
      default -> RareKinds.update(root, object, old) || create(root, object);
    };
  }

  private static boolean done(Runnable check) {
    check.run();
    return true;
  }
}

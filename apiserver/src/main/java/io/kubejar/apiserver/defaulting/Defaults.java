package io.kubejar.apiserver.defaulting;

import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplate;
import io.kubejar.api.core.v1.ReplicationController;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.api.networking.v1.NetworkPolicy;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.RoleBinding;
import io.kubejar.api.resource.v1.ResourceSlice;
import io.kubejar.api.scheduling.v1.PriorityClass;
import io.kubejar.api.storage.v1.CSIDriver;
import io.kubejar.api.storage.v1.StorageClass;
import io.kubejar.apimachinery.KubernetesObject;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.UnaryOperator;

/// The default values of all kinds.
public final class Defaults {
  private Defaults() {}

  /// Fills in everything, also what depends on the time.
  public static <T extends KubernetesObject> UnaryOperator<T> at(InstantSource clock) {
    return object -> timed(of(object), clock);
  }

  @SuppressWarnings("unchecked") // The object keeps its type.
  private static <T extends KubernetesObject> T timed(T object, InstantSource clock) {
    return object instanceof ResourceSlice slice
        ? (T) DeviceDefaults.slice(slice, clock.instant().truncatedTo(ChronoUnit.SECONDS))
        : object;
  }

  /// The object with everything filled in that it leaves out, except times.
  @SuppressWarnings("unchecked") // Each case gives the type it got.
  public static <T extends KubernetesObject> T of(T object) {
    return (T)
        switch (object) {
          case Pod it -> PodDefaults.pod(it);
          case PodTemplate it -> it.withTemplate(PodDefaults.template(it.template()));
          case ReplicationController it -> WorkloadDefaults.replicationController(it);
          case Deployment it -> WorkloadDefaults.deployment(it);
          case ReplicaSet it -> WorkloadDefaults.replicaSet(it);
          case StatefulSet it -> WorkloadDefaults.statefulSet(it);
          case DaemonSet it -> WorkloadDefaults.daemonSet(it);
          case Job it -> WorkloadDefaults.job(it);
          case CronJob it -> WorkloadDefaults.cronJob(it);
          case Service it -> NetworkDefaults.service(it);
          case Endpoints it -> NetworkDefaults.endpoints(it);
          case EndpointSlice it -> NetworkDefaults.endpointSlice(it);
          case NetworkPolicy it -> NetworkDefaults.networkPolicy(it);
          case Namespace it -> OtherDefaults.namespace(it);
          case Secret it -> OtherDefaults.secret(it);
          case PersistentVolume it -> StorageDefaults.volume(it);
          case PersistentVolumeClaim it -> StorageDefaults.claim(it);
          case StorageClass it -> StorageDefaults.storageClass(it);
          case CSIDriver it -> StorageDefaults.csiDriver(it);
          case RoleBinding it -> OtherDefaults.roleBinding(it);
          case ClusterRoleBinding it -> OtherDefaults.clusterRoleBinding(it);
          case ValidatingAdmissionPolicy it -> PolicyDefaults.validating(it);
          case ValidatingAdmissionPolicyBinding it -> PolicyDefaults.validating(it);
          case MutatingAdmissionPolicy it -> PolicyDefaults.mutating(it);
          case MutatingAdmissionPolicyBinding it -> PolicyDefaults.mutating(it);
          case PriorityClass it ->
              it.preemptionPolicy() == null ? it.withPreemptionPolicy("PreemptLowerPriority") : it;
          default -> OtherDefaults.of(object);
        };
  }
}

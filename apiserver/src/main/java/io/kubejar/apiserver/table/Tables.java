package io.kubejar.apiserver.table;

import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler;
import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.certificates.v1.CertificateSigningRequest;
import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.core.v1.ComponentStatus;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.Event;
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
import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfiguration;
import io.kubejar.api.networking.v1.IPAddress;
import io.kubejar.api.networking.v1.Ingress;
import io.kubejar.api.networking.v1.IngressClass;
import io.kubejar.api.networking.v1.NetworkPolicy;
import io.kubejar.api.networking.v1.ServiceCIDR;
import io.kubejar.api.node.v1.RuntimeClass;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.RoleBinding;
import io.kubejar.api.resource.v1.DeviceClass;
import io.kubejar.api.resource.v1.ResourceClaim;
import io.kubejar.api.resource.v1.ResourceClaimTemplate;
import io.kubejar.api.resource.v1.ResourceSlice;
import io.kubejar.api.scheduling.v1.PriorityClass;
import io.kubejar.api.storage.v1.CSIDriver;
import io.kubejar.api.storage.v1.CSINode;
import io.kubejar.api.storage.v1.CSIStorageCapacity;
import io.kubejar.api.storage.v1.StorageClass;
import io.kubejar.api.storage.v1.VolumeAttachment;
import io.kubejar.api.storage.v1.VolumeAttributesClass;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The tables of all kinds.
public final class Tables {
  private static final Map<Class<?>, TableView<?>> VIEWS = views();

  private static final List<Column> PLAIN =
      List.of(Column.NAME, new Column("Created At", "date", "", "when the object was created", 0));

  private Tables() {}

  /// The table of a kind; name and time of creation if it has none of its own.
  @SuppressWarnings("unchecked") // Views are kept under the type they were made for.
  public static <T extends KubernetesObject> TableView<T> of(ResourceType<T> type) {
    var view = VIEWS.get(type.type());
    return view == null
        ? new TableView<>(PLAIN, (object, _) -> List.of(object.metadata().name(), created(object)))
        : (TableView<T>) view;
  }

  /// Whether a kind has a table of its own.
  static boolean isOwn(ResourceType<?> type) {
    return VIEWS.containsKey(type.type());
  }

  private static String created(KubernetesObject object) {
    Instant created = object.metadata().creationTimestamp();
    return created == null ? Ages.UNKNOWN : created.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Map<Class<?>, TableView<?>> views() {
    var views = new HashMap<Class<?>, TableView<?>>();
    views.put(Pod.class, new TableView<>(PodCells.COLUMNS, PodCells::of));
    addWorkloads(views);
    addNetwork(views);
    addStorage(views);
    addCluster(views);
    addAccess(views);
    return Map.copyOf(views);
  }

  private static void addWorkloads(Map<Class<?>, TableView<?>> views) {
    views.put(PodTemplate.class, WorkloadTables.POD_TEMPLATE);
    views.put(Deployment.class, WorkloadTables.DEPLOYMENT);
    views.put(ReplicaSet.class, WorkloadTables.REPLICA_SET);
    views.put(ReplicationController.class, WorkloadTables.REPLICATION_CONTROLLER);
    views.put(StatefulSet.class, WorkloadTables.STATEFUL_SET);
    views.put(DaemonSet.class, WorkloadTables.DAEMON_SET);
    views.put(Job.class, WorkloadTables.JOB);
    views.put(CronJob.class, WorkloadTables.CRON_JOB);
    views.put(ControllerRevision.class, WorkloadTables.CONTROLLER_REVISION);
    views.put(HorizontalPodAutoscaler.class, ScalingTables.AUTOSCALER);
    views.put(ResourceClaim.class, ScalingTables.RESOURCE_CLAIM);
    views.put(ResourceSlice.class, ScalingTables.RESOURCE_SLICE);
    views.put(DeviceClass.class, ScalingTables.DEVICE_CLASS);
    views.put(ResourceClaimTemplate.class, ScalingTables.RESOURCE_CLAIM_TEMPLATE);
  }

  private static void addNetwork(Map<Class<?>, TableView<?>> views) {
    views.put(Service.class, NetworkTables.SERVICE);
    views.put(Endpoints.class, NetworkTables.ENDPOINTS);
    views.put(EndpointSlice.class, NetworkTables.ENDPOINT_SLICE);
    views.put(Ingress.class, NetworkTables.INGRESS);
    views.put(IngressClass.class, NetworkTables.INGRESS_CLASS);
    views.put(NetworkPolicy.class, NetworkTables.NETWORK_POLICY);
    views.put(ServiceCIDR.class, NetworkTables.SERVICE_CIDR);
    views.put(IPAddress.class, NetworkTables.IP_ADDRESS);
  }

  private static void addStorage(Map<Class<?>, TableView<?>> views) {
    views.put(PersistentVolume.class, StorageTables.PERSISTENT_VOLUME);
    views.put(PersistentVolumeClaim.class, StorageTables.PERSISTENT_VOLUME_CLAIM);
    views.put(StorageClass.class, StorageTables.STORAGE_CLASS);
    views.put(VolumeAttributesClass.class, StorageTables.VOLUME_ATTRIBUTES_CLASS);
    views.put(VolumeAttachment.class, StorageTables.VOLUME_ATTACHMENT);
    views.put(CSIDriver.class, StorageTables.CSI_DRIVER);
    views.put(CSINode.class, StorageTables.CSI_NODE);
    views.put(CSIStorageCapacity.class, StorageTables.CSI_STORAGE_CAPACITY);
  }

  private static void addCluster(Map<Class<?>, TableView<?>> views) {
    views.put(Node.class, ClusterTables.NODE);
    views.put(Event.class, ClusterTables.EVENT);
    views.put(Namespace.class, ClusterTables.NAMESPACE);
    views.put(ConfigMap.class, ClusterTables.CONFIG_MAP);
    views.put(Secret.class, ClusterTables.SECRET);
    views.put(ServiceAccount.class, ClusterTables.SERVICE_ACCOUNT);
    views.put(ComponentStatus.class, ClusterTables.COMPONENT_STATUS);
    views.put(Lease.class, ClusterTables.LEASE);
    views.put(ResourceQuota.class, ClusterTables.RESOURCE_QUOTA);
    views.put(PriorityClass.class, ClusterTables.PRIORITY_CLASS);
    views.put(RuntimeClass.class, ClusterTables.RUNTIME_CLASS);
    views.put(PodDisruptionBudget.class, ClusterTables.POD_DISRUPTION_BUDGET);
  }

  private static void addAccess(Map<Class<?>, TableView<?>> views) {
    views.put(RoleBinding.class, AccessTables.ROLE_BINDING);
    views.put(ClusterRoleBinding.class, AccessTables.CLUSTER_ROLE_BINDING);
    views.put(CertificateSigningRequest.class, AccessTables.CERTIFICATE_SIGNING_REQUEST);
    views.put(APIService.class, AccessTables.API_SERVICE);
    views.put(MutatingWebhookConfiguration.class, AccessTables.MUTATING_WEBHOOKS);
    views.put(ValidatingWebhookConfiguration.class, AccessTables.VALIDATING_WEBHOOKS);
    views.put(ValidatingAdmissionPolicy.class, AccessTables.VALIDATING_POLICY);
    views.put(MutatingAdmissionPolicy.class, AccessTables.MUTATING_POLICY);
    views.put(ValidatingAdmissionPolicyBinding.class, AccessTables.VALIDATING_POLICY_BINDING);
    views.put(MutatingAdmissionPolicyBinding.class, AccessTables.MUTATING_POLICY_BINDING);
    views.put(FlowSchema.class, AccessTables.FLOW_SCHEMA);
    views.put(PriorityLevelConfiguration.class, AccessTables.PRIORITY_LEVEL);
  }
}

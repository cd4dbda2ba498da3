package io.kubejar.apiserver.validation;

import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.api.certificates.v1.CertificateSigningRequest;
import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfiguration;
import io.kubejar.api.networking.v1.IPAddress;
import io.kubejar.api.networking.v1.IngressClass;
import io.kubejar.api.networking.v1.ServiceCIDR;
import io.kubejar.api.node.v1.RuntimeClass;
import io.kubejar.api.resource.v1.DeviceClass;
import io.kubejar.api.resource.v1.ResourceClaim;
import io.kubejar.api.resource.v1.ResourceClaimTemplate;
import io.kubejar.api.resource.v1.ResourceSlice;
import io.kubejar.api.storage.v1.CSIDriver;
import io.kubejar.api.storage.v1.CSINode;
import io.kubejar.api.storage.v1.CSIStorageCapacity;
import io.kubejar.api.storage.v1.StorageClass;
import io.kubejar.api.storage.v1.VolumeAttachment;
import io.kubejar.api.storage.v1.VolumeAttributesClass;
import io.kubejar.apimachinery.KubernetesObject;

/// Which rules are for which of the kinds that administrators and machines write.
final class RareKinds {
  private RareKinds() {}

  /// Checks a new object. False if there are no rules for its kind.
  static boolean create(Check root, KubernetesObject object) {
    switch (object) {
      case StorageClass it -> StorageKinds.storageClass(root, it);
      case VolumeAttachment it -> StorageKinds.attachment(root, it);
      case VolumeAttributesClass it -> StorageKinds.attributes(root, it);
      case CSINode it -> StorageKinds.node(root, it);
      case CSIDriver it -> StorageKinds.driver(root, it);
      case CSIStorageCapacity it -> StorageKinds.capacity(root, it);
      case IngressClass it -> NetworkKinds.ingressClass(root, it);
      case ServiceCIDR it -> NetworkKinds.serviceCidr(root, it);
      case IPAddress it -> NetworkKinds.address(root, it);
      case APIService it -> ApiServices.service(root, it);
      case FlowSchema it -> FlowControls.flowSchema(root, it);
      case PriorityLevelConfiguration it -> FlowControls.priorityLevel(root, it);
      case CertificateSigningRequest it -> Certificates.request(root, it);
      case RuntimeClass it -> RuntimeClasses.runtimeClass(root, it);
      case ValidatingWebhookConfiguration it -> AdmissionWebhooks.validating(root, it);
      case MutatingWebhookConfiguration it -> AdmissionWebhooks.mutating(root, it);
      case MutatingAdmissionPolicy it -> MutationPolicies.policy(root, it);
      case MutatingAdmissionPolicyBinding it -> MutationPolicies.binding(root, it);
      case DeviceClass it -> Devices.deviceClass(root, it, null);
      case ResourceSlice it -> ResourceSlices.slice(root, it, null);
      case ResourceClaim it -> Devices.claim(root, it);
      case ResourceClaimTemplate it -> Devices.template(root, it);
      default -> {
        return false;
      }
    }
    return true;
  }

  /// Checks an object against its older state. False if nothing of its kind is immutable.
  static boolean update(Check root, KubernetesObject object, KubernetesObject old) {
    switch (object) {
      case StorageClass now when old instanceof StorageClass was ->
          StorageKinds.storageClass(root, now, was);
      case VolumeAttachment now when old instanceof VolumeAttachment was ->
          StorageKinds.attachment(root, now, was);
      case VolumeAttributesClass now when old instanceof VolumeAttributesClass was ->
          StorageKinds.attributes(root, now, was);
      case CSINode now when old instanceof CSINode was -> StorageKinds.node(root, now, was);
      case CSIDriver now when old instanceof CSIDriver was -> StorageKinds.driver(root, now, was);
      case CSIStorageCapacity now when old instanceof CSIStorageCapacity was ->
          StorageKinds.capacity(root, now, was);
      case IngressClass now when old instanceof IngressClass was ->
          NetworkKinds.ingressClass(root, now, was);
      case ServiceCIDR now when old instanceof ServiceCIDR was ->
          NetworkKinds.serviceCidr(root, now, was);
      case IPAddress now when old instanceof IPAddress was -> NetworkKinds.address(root, now, was);
      case RuntimeClass now when old instanceof RuntimeClass was ->
          RuntimeClasses.runtimeClass(root, now, was);
      case ValidatingAdmissionPolicy now when old instanceof ValidatingAdmissionPolicy was ->
          AdmissionPolicies.policy(root, now, was);
      case MutatingAdmissionPolicy now when old instanceof MutatingAdmissionPolicy was ->
          MutationPolicies.policy(root, now, was);
      case ValidatingWebhookConfiguration now
          when old instanceof ValidatingWebhookConfiguration was ->
          AdmissionWebhooks.validating(root, now, was);
      case MutatingWebhookConfiguration now when old instanceof MutatingWebhookConfiguration was ->
          AdmissionWebhooks.mutating(root, now, was);
      case ResourceClaim now when old instanceof ResourceClaim was -> Devices.claim(root, now, was);
      case DeviceClass now when old instanceof DeviceClass was ->
          Devices.deviceClass(root, now, was);
      case ResourceSlice now when old instanceof ResourceSlice was ->
          ResourceSlices.slice(root, now, was);
      case ResourceClaimTemplate now when old instanceof ResourceClaimTemplate was ->
          Devices.template(root, now, was);
      default -> {
        return false;
      }
    }
    return true;
  }
}

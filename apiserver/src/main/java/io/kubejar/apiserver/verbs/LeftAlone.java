package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.apply.FieldSet;
import java.util.Map;

/// The fields that a write leaves alone, whatever the client says of them: nobody comes to own them
/// by it. What they are is upstream's, kind by kind.
final class LeftAlone {
  private static final FieldSet SPEC = FieldSet.ofFields("spec");
  private static final FieldSet STATUS = FieldSet.ofFields("status");
  private static final FieldSet SPEC_AND_METADATA = FieldSet.ofFields("metadata", "spec");

  private static final Map<String, FieldSet> BY_STATUS_WRITES =
      Map.of(
          "pods",
              FieldSet.ofFields("spec", "metadata.deletionTimestamp", "metadata.ownerReferences"),
          "deployments.apps", FieldSet.ofFields("spec", "metadata.labels"),
          "certificatesigningrequests.certificates.k8s.io",
              FieldSet.ofFields("spec", "status.conditions"),
          "apiservices.apiregistration.k8s.io", SPEC_AND_METADATA,
          "flowschemas.flowcontrol.apiserver.k8s.io", SPEC_AND_METADATA,
          "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io", SPEC_AND_METADATA,
          "resourceclaims.resource.k8s.io", SPEC_AND_METADATA,
          "servicecidrs.networking.k8s.io", SPEC_AND_METADATA,
          "validatingadmissionpolicies.admissionregistration.k8s.io", SPEC_AND_METADATA,
          "volumeattachments.storage.k8s.io", SPEC_AND_METADATA);

  private static final FieldSet BY_APPROVALS = FieldSet.ofFields("spec", "status.certificate");

  private LeftAlone() {}

  /// @param subresource through which the object is written; empty for the object itself
  static FieldSet by(ResourceType<?> type, String subresource) {
    return switch (subresource) {
      case "status" -> byStatusWrites(type);
      case "approval" -> BY_APPROVALS;
      default -> type.subresource("status").isPresent() ? STATUS : FieldSet.EMPTY;
    };
  }

  private static FieldSet byStatusWrites(ResourceType<?> type) {
    return type.codec().typed()
        ? BY_STATUS_WRITES.getOrDefault(type.groupResource().toString(), SPEC)
        : SPEC_AND_METADATA;
  }
}

package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.apimachinery.definitions.ApiApproval;
import java.time.Instant;

/// Tells whether a definition in one of the community's groups says where it was approved.
final class Approval {
  private Approval() {}

  /// The definition with the condition that tells of its approval; the same one if there is nothing
  /// to tell.
  static CustomResourceDefinition settled(CustomResourceDefinition definition, Instant now) {
    if (!ApiApproval.isProtected(definition.spec().group())) {
      return definition;
    }
    var approval = ApiApproval.of(definition.metadata().annotations());
    var reason =
        switch (approval.state()) {
          case INVALID -> "InvalidAnnotation";
          case APPROVED -> "ApprovedAnnotation";
          case BYPASSED -> "UnapprovedAnnotation";
          case MISSING -> "MissingAnnotation";
        };
    boolean approved = approval.state() == ApiApproval.State.APPROVED;
    return Conditions.told(
        definition,
        Conditions.condition(Conditions.APPROVAL, approved, reason, approval.reason()),
        now);
  }
}

package io.kubejar.controllers.statefulset;

import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.util.ArrayList;
import java.util.List;

/// Who owns a pod's claims, so that the garbage collector deletes them when the set asks for it.
/// Pure.
///
/// A claim that is to go with the set belongs to the set; one that is to go with its pod after a
/// scale-down belongs to the pod, from the moment on at which the pod is too many. Claims in which
/// somebody else's hand shows are left alone.
///
/// @param whenDeleted whether claims go with the set
/// @param whenScaled whether claims go with a pod that is too many
record ClaimRetention(boolean whenDeleted, boolean whenScaled) {
  private static final String DELETE = "Delete";

  private enum Owner {
    SET,
    POD,
    NOBODY
  }

  static ClaimRetention of(StatefulSet set) {
    var policy = set.spec().persistentVolumeClaimRetentionPolicy();
    return policy == null
        ? new ClaimRetention(false, false)
        : new ClaimRetention(
            policy.whenDeleted().equals(DELETE), policy.whenScaled().equals(DELETE));
  }

  /// Whether claims are deleted at all.
  boolean deletes() {
    return whenDeleted || whenScaled;
  }

  /// Whether the claim's owners are as they are to be, or not ours to change.
  boolean isUpToDate(PersistentVolumeClaim claim, StatefulSet set, Pod pod) {
    if (isStale(claim, set) || isStale(claim, pod)) {
      return true; // Left over from an earlier set or pod of this name: garbage, or about to be.
    }
    boolean ofSet = isOwner(set, claim);
    boolean ofPod = isOwner(pod, claim);
    if (hasForeignController(claim, set, pod)) {
      return !ofSet && !ofPod;
    }
    if (hasPlainOwner(claim, set) || hasPlainOwner(claim, pod)) {
      return false;
    }
    var wanted = owner(set, pod);
    return ofSet == (wanted == Owner.SET) && ofPod == (wanted == Owner.POD);
  }

  /// The claim with the owners that it is to have.
  PersistentVolumeClaim withOwners(PersistentVolumeClaim claim, StatefulSet set, Pod pod) {
    var owners = new ArrayList<OwnerReference>();
    for (var reference : claim.metadata().ownerReferences()) {
      if (!namesSame(reference, set) && !namesSame(reference, pod)) {
        owners.add(reference);
      }
    }
    if (!hasForeignController(claim, set, pod)) {
      switch (owner(set, pod)) {
        case SET -> owners.add(ControllerRefs.to(set));
        case POD -> owners.add(ControllerRefs.to(pod));
        case NOBODY -> {
          // It outlives both.
        }
      }
    }
    return claim.withMetadata(claim.metadata().withOwnerReferences(owners));
  }

  /// Whether somebody else controls the claim although the set wants claims deleted.
  boolean hasForeignController(PersistentVolumeClaim claim, StatefulSet set, Pod pod) {
    if (!deletes()) {
      return false;
    }
    return claim.metadata().ownerReferences().stream()
        .anyMatch(
            reference -> {
              if (namesSame(reference, set)) {
                return !reference.uid().equals(set.metadata().uid());
              }
              if (namesSame(reference, pod)) {
                return !reference.uid().equals(pod.metadata().uid());
              }
              return Boolean.TRUE.equals(reference.controller());
            });
  }

  /// Whether a pod must not be made yet: one of its claims still goes with an earlier pod of its
  /// name.
  boolean blocks(List<PersistentVolumeClaim> claims, Pod newPod) {
    return whenScaled && claims.stream().anyMatch(claim -> isStale(claim, newPod));
  }

  private Owner owner(StatefulSet set, Pod pod) {
    boolean tooMany = !Ordinals.of(set).contains(Identity.ordinal(pod));
    if (tooMany && whenScaled) {
      return Owner.POD;
    }
    return whenDeleted ? Owner.SET : Owner.NOBODY;
  }

  private static boolean isOwner(KubernetesObject owner, PersistentVolumeClaim claim) {
    return claim.metadata().ownerReferences().stream()
        .anyMatch(reference -> reference.uid().equals(owner.metadata().uid()));
  }

  private static boolean hasPlainOwner(PersistentVolumeClaim claim, KubernetesObject owner) {
    return claim.metadata().ownerReferences().stream()
        .anyMatch(
            reference ->
                reference.uid().equals(owner.metadata().uid())
                    && !Boolean.TRUE.equals(reference.controller()));
  }

  private static boolean isStale(PersistentVolumeClaim claim, KubernetesObject owner) {
    return claim.metadata().ownerReferences().stream()
        .filter(reference -> namesSame(reference, owner))
        .findFirst()
        .filter(reference -> !reference.uid().equals(owner.metadata().uid()))
        .isPresent();
  }

  private static boolean namesSame(OwnerReference reference, KubernetesObject owner) {
    return reference.apiVersion().equals(owner.apiVersion())
        && reference.kind().equals(owner.kind())
        && reference.name().equals(owner.metadata().name());
  }
}

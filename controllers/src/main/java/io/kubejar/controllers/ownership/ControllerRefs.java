package io.kubejar.controllers.ownership;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import java.util.Optional;

/// The one owner reference that says who controls an object.
public final class ControllerRefs {
  private ControllerRefs() {}

  public static Optional<OwnerReference> of(KubernetesObject object) {
    return object.metadata().ownerReferences().stream()
        .filter(reference -> Boolean.TRUE.equals(reference.controller()))
        .findFirst();
  }

  public static boolean isControlledBy(KubernetesObject object, KubernetesObject owner) {
    return of(object)
        .filter(reference -> reference.uid().equals(owner.metadata().uid()))
        .isPresent();
  }

  /// A reference that makes the owner the controller and keeps it until the object is gone.
  public static OwnerReference to(KubernetesObject owner) {
    return OwnerReference.builder()
        .apiVersion(owner.apiVersion())
        .kind(owner.kind())
        .name(owner.metadata().name())
        .uid(owner.metadata().uid())
        .controller(true)
        .blockOwnerDeletion(true)
        .build();
  }
}

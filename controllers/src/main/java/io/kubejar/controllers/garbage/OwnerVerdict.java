package io.kubejar.controllers.garbage;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What becomes of an object, from the state of its owners. Pure.
sealed interface OwnerVerdict {
  String ORPHAN = "orphan";
  String FOREGROUND = "foregroundDeletion";
  String FOREGROUND_POLICY = "Foreground";

  /// Somebody still owns it.
  record Keep() implements OwnerVerdict {}

  /// Somebody still owns it, and some references lead nowhere any more.
  record Unlink(Set<String> ownerUids) implements OwnerVerdict {}

  /// Nobody owns it any more.
  record Delete(String propagationPolicy) implements OwnerVerdict {}

  /// @param hasDependents whether others are owned by it in turn
  static OwnerVerdict of(
      KubernetesObject object, Map<OwnerReference, OwnerState> owners, boolean hasDependents) {
    if (owners.isEmpty()) {
      return new Keep();
    }
    var gone =
        owners.entrySet().stream()
            .filter(entry -> entry.getValue() != OwnerState.SOLID)
            .map(entry -> entry.getKey().uid())
            .collect(Collectors.toSet());
    if (owners.containsValue(OwnerState.SOLID)) {
      return gone.isEmpty() ? new Keep() : new Unlink(gone);
    }
    if (owners.containsValue(OwnerState.WAITING) && hasDependents) {
      return new Delete(FOREGROUND_POLICY); // The owner waits for all that is below it.
    }
    return new Delete(policy(object.metadata().finalizers()));
  }

  /// What whoever deleted it first has asked for is kept to.
  private static String policy(List<String> finalizers) {
    if (finalizers.contains(ORPHAN)) {
      return "Orphan";
    }
    return finalizers.contains(FOREGROUND) ? FOREGROUND_POLICY : "Background";
  }
}

package io.kubejar.controllers.ownership;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What a controller does with the objects that could be its own. Pure.
///
/// @param keep controlled by the owner and selected
/// @param adopt selected, and controlled by nobody
/// @param release controlled by the owner, but not selected any more
public record ClaimPlan<T extends KubernetesObject>(List<T> keep, List<T> adopt, List<T> release) {

  public static <T extends KubernetesObject> ClaimPlan<T> of(
      KubernetesObject owner, Selector selector, List<T> candidates) {
    return of(owner, candidate -> selector.matches(candidate.metadata().labels()), candidates);
  }

  /// @param wanted which of them the owner wants
  public static <T extends KubernetesObject> ClaimPlan<T> of(
      KubernetesObject owner, Predicate<T> wanted, List<T> candidates) {
    var keep = new ArrayList<T>();
    var adopt = new ArrayList<T>();
    var release = new ArrayList<T>();
    boolean ownerGoes = owner.metadata().deletionTimestamp() != null;
    for (var candidate : candidates) {
      var metadata = candidate.metadata();
      boolean selected = wanted.test(candidate);
      if (ControllerRefs.isControlledBy(candidate, owner)) {
        if (selected) {
          keep.add(candidate);
        } else if (!ownerGoes) {
          release.add(candidate);
        }
      } else if (ControllerRefs.of(candidate).isEmpty()
          && selected
          && !ownerGoes
          && metadata.deletionTimestamp() == null
          && metadata.namespace().equals(owner.metadata().namespace())) {
        adopt.add(candidate);
      }
    }
    return new ClaimPlan<>(keep, adopt, release);
  }
}

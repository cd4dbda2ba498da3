package io.kubejar.api.quota;

import io.kubejar.api.core.v1.ScopedResourceSelectorRequirement;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.Quantity;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Knows what objects of one resource use.
public interface Evaluator {
  GroupResource resource();

  /// Whether such a write can change what is used.
  ///
  /// @param update whether it is an update, otherwise a creation
  boolean counts(boolean update, String subresource);

  /// Whether an update that counts for nothing else moves the object from one scope to another.
  default boolean changesScope(KubernetesObject old, KubernetesObject now) {
    return false;
  }

  /// Those of a quota's names that objects of this resource use.
  Set<String> tracked(Collection<String> names);

  /// Whether an object is of a scope. An unknown scope has no objects.
  boolean inScope(ScopedResourceSelectorRequirement scope, KubernetesObject object);

  /// What the object uses, by all names under which it can be limited.
  Map<String, Quantity> usage(KubernetesObject object);

  /// What an object must say and does not if these names are limited: the text of the refusal.
  default Optional<String> missing(Collection<String> limited, KubernetesObject object) {
    return Optional.empty();
  }
}

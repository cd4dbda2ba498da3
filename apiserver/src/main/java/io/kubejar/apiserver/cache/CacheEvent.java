package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.KubernetesObject;
import org.jspecify.annotations.Nullable;

/// One change of one object.
///
/// @param object the new state; for a deletion the last state, with the deletion's resourceVersion
/// @param previous the state before; null for a creation
public record CacheEvent<T extends KubernetesObject>(
    boolean deletion, Stored<T> object, @Nullable Stored<T> previous) {
  public long revision() {
    return object.revision();
  }
}

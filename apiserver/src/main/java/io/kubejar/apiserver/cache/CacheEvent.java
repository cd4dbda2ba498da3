package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.KubernetesObject;
import org.jspecify.annotations.Nullable;

/// One change of one object. All watchers share it, and with it the bytes they send.
final class CacheEvent<T extends KubernetesObject> {
  private final boolean deletion;
  private final Stored<T> object;
  private final @Nullable Stored<T> previous;
  private @Nullable Stored<T> leaving;

  /// @param object the new state; for a deletion the last state, with the deletion's
  ///   resourceVersion
  /// @param previous the state before; null for a creation
  CacheEvent(boolean deletion, Stored<T> object, @Nullable Stored<T> previous) {
    this.deletion = deletion;
    this.object = object;
    this.previous = previous;
  }

  boolean deletion() {
    return deletion;
  }

  Stored<T> object() {
    return object;
  }

  @Nullable Stored<T> previous() {
    return previous;
  }

  long revision() {
    return object.revision();
  }

  /// What those are told whose selection the object leaves: its state before, at the revision of
  /// this change.
  ///
  /// @param last the state before
  synchronized Stored<T> leaving(Stored<T> last) {
    if (deletion) {
      return object;
    }
    if (leaving == null) {
      leaving = last.at(revision());
    }
    return leaving;
  }
}

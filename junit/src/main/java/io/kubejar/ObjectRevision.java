package io.kubejar;

import io.kubejar.apimachinery.unstructured.Unstructured;

/// One state of an object.
///
/// @param revision of the store, which is the object's resourceVersion; of a deletion, when it
///   happened
/// @param object as it was after the change, and before a deletion; in the version it is stored in
public record ObjectRevision(long revision, ChangeKind change, Unstructured object) {
  @Override
  public String toString() {
    return revision + " " + change + " " + object.kind() + " " + object.metadata().name();
  }
}

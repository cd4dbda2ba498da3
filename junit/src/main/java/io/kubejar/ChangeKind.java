package io.kubejar;

/// What happened to an object.
public enum ChangeKind {
  ADDED,
  MODIFIED,
  DELETED
}

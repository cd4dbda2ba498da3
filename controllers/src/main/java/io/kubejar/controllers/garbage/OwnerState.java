package io.kubejar.controllers.garbage;

/// How an owner reference of an object stands.
enum OwnerState {
  /// The owner is there.
  SOLID,

  /// The owner is gone, or never was.
  ABSENT,

  /// The owner is being deleted and waits for this object to go first.
  WAITING
}

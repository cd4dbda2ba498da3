package io.kubejar.controllers.replicaset;

import io.kubejar.api.apps.v1.ReplicaSet;
import java.util.Objects;

/// The size that a ReplicaSet asks for.
final class Replicas {
  private Replicas() {}

  /// The API server sets it to one where it is missing.
  static int wanted(ReplicaSet replicaSet) {
    return Objects.requireNonNullElse(replicaSet.spec().replicas(), 1);
  }
}

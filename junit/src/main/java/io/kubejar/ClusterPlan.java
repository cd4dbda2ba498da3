package io.kubejar;

import io.kubejar.controlplane.pki.ClusterPki;
import java.util.List;
import java.util.random.RandomGenerator;

/// What a cluster and its forks have in common.
///
/// @param nodes how many to register
/// @param port 0 for a free one
/// @param manifests what to apply at the start
record ClusterPlan(
    int nodes,
    int port,
    List<String> controllers,
    boolean scheduler,
    List<String> manifests,
    ClusterPki pki,
    RandomGenerator random) {

  /// The same for a cluster that finds everything in its store.
  ClusterPlan withoutSetup() {
    return new ClusterPlan(0, port, controllers, scheduler, List.of(), pki, random);
  }

  ClusterPlan withPort(int port) {
    return new ClusterPlan(nodes, port, controllers, scheduler, manifests, pki, random);
  }
}

package io.kubejar;

import io.kubejar.apiserver.admission.AdmissionOptions;
import io.kubejar.controlplane.pki.ClusterPki;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// What a cluster and its forks have in common.
///
/// @param nodes what to register, by name
/// @param port 0 for a free one
/// @param open whether everybody who is authenticated may do everything
/// @param metrics whether `metrics.k8s.io` is served
/// @param manifests what to apply at the start
record ClusterPlan(
    Map<String, NodeShape> nodes,
    int port,
    List<String> controllers,
    boolean scheduler,
    boolean open,
    AdmissionOptions admission,
    boolean metrics,
    List<String> manifests,
    ClusterPki pki,
    RandomGenerator random) {

  /// The same for a cluster that finds everything in its store.
  ClusterPlan withoutSetup() {
    return new ClusterPlan(
        Map.of(), port, controllers, scheduler, open, admission, metrics, List.of(), pki, random);
  }

  ClusterPlan withPort(int port) {
    return new ClusterPlan(
        nodes, port, controllers, scheduler, open, admission, metrics, manifests, pki, random);
  }
}

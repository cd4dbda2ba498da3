package io.kubejar.standalone;

import io.kubejar.standalone.layout.ClusterRecord;
import io.kubejar.standalone.layout.ClusterRegistry;
import org.jspecify.annotations.Nullable;

/// Decides name, networks and ports of the cluster that a command is about, checks that they are
/// free, and writes them down.
///
/// @param node whether the node is to run this time
/// @param port the user's wish for the API server's port, or null
/// @param kubeletPort the user's wish for the kubelet's port, or null
record ClusterChoice(
    ClusterSelection selection,
    boolean node,
    @Nullable Integer port,
    @Nullable Integer kubeletPort) {
  private static final int USUAL_API_PORT = 6443;
  private static final int USUAL_KUBELET_PORT = 10250;
  private static final int PORTS_TO_TRY = 200;
  private static final int PORT_MAX = 65_535;

  ClusterRecord make() {
    checkPort(port, "--port");
    checkPort(kubeletPort, "--kubelet-port");
    var registry = selection.registry();
    return registry.exclusively(() -> choose(registry));
  }

  private ClusterRecord choose(ClusterRegistry registry) {
    var former = selection.find();
    var record = former.map(this::withWishes).orElseGet(() -> fresh(registry.freeIndex()));
    Preflight.requireFreePorts(record);
    // A node that is left out this time is still there: its containers run.
    boolean hasNode = record.node() || former.map(ClusterRecord::node).orElse(false);
    record.withNode(hasNode).save();
    registry.add(record);
    return record;
  }

  private ClusterRecord withWishes(ClusterRecord existing) {
    return new ClusterRecord(
        existing.name(),
        existing.dataDir(),
        existing.index(),
        port == null ? existing.apiPort() : port,
        kubeletPort == null ? existing.kubeletPort() : kubeletPort,
        node);
  }

  private ClusterRecord fresh(int index) {
    return new ClusterRecord(
        selection.name(),
        selection.dataDir(),
        index,
        port(port, USUAL_API_PORT, index),
        port(kubeletPort, USUAL_KUBELET_PORT, index),
        node);
  }

  /// The first cluster of a machine has the ports everybody knows; the others take the next free.
  private static int port(@Nullable Integer wanted, int usual, int index) {
    if (wanted != null) {
      return wanted;
    }
    if (index == 0) {
      return usual;
    }
    for (int candidate = usual + index; candidate < usual + PORTS_TO_TRY; candidate++) {
      if (Preflight.isFree(candidate)) {
        return candidate;
      }
    }
    throw CommandFailure.because("no free port near " + usual + "; choose one with --port");
  }

  private static void checkPort(@Nullable Integer wanted, String option) {
    if (wanted != null && (wanted < 1 || wanted > PORT_MAX)) {
      throw CommandFailure.usage(option + " must be between 1 and " + PORT_MAX + ": " + wanted);
    }
  }
}

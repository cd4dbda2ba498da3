package io.kubejar.simulation.kubelet;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.kubelet.server.NotServed;
import io.kubejar.simulation.nodes.NodeFleet;

/// Finds the pods that requests are about.
final class Pods {
  private Pods() {}

  static Pod find(NodeFleet fleet, String namespace, String name) throws NotServed {
    return fleet
        .pod(new ObjectKey(namespace, name))
        .orElseThrow(() -> new NotServed(404, "pod \"" + name + "\" not found"));
  }
}

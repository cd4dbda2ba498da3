package io.kubejar;

import io.kubejar.api.core.v1.Node;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Client;
import io.kubejar.client.Patch;
import io.kubejar.simulation.nodes.NodeFleet;
import java.util.function.Supplier;

/// One simulated node, and what can happen to it. What follows from it needs the cluster's time:
/// move the clock, or wait.
public final class ClusterNode {
  private final String name;
  private final Client client;
  private final Supplier<NodeFleet> fleet;

  ClusterNode(String name, Client client, Supplier<NodeFleet> fleet) {
    this.name = name;
    this.client = client;
    this.fleet = fleet;
  }

  public String name() {
    return name;
  }

  /// The node falls silent, as if its plug was pulled: it renews its lease no more and nothing
  /// becomes of its pods. After 40 seconds the cluster takes it for unreachable, and after the time
  /// that the pods tolerate that, 300 seconds without a word, they are replaced. What is deleted on
  /// a dead node stays `Terminating` until the node comes back.
  public void kill() {
    fleet.get().kill(name);
  }

  /// The node comes back. What was deleted meanwhile goes, the other pods go on.
  public void revive() {
    fleet.get().revive(name);
  }

  /// No new pods for this node, as `kubectl cordon` says it.
  public void cordon() {
    unschedulable(true);
  }

  /// The end of [#cordon].
  public void uncordon() {
    unschedulable(false);
  }

  private void unschedulable(boolean value) {
    var patch = Patch.merge("{\"spec\": {\"unschedulable\": " + value + "}}");
    Uninterrupted.run(() -> client.patch(Node.RESOURCE, ObjectKey.clusterScoped(name), patch));
  }
}

package io.kubejar.controllers.daemonset;

import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Controller;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.util.List;

/// Finds the DaemonSets that a node's labels, taints, coming or going matter to. The key is the
/// node's.
///
/// @param podsOnNode the index of pods by the node they are bound to
record NodeChanges(
    Informer<Node> nodes,
    Informer<DaemonSet> daemonSets,
    Informer<Pod> pods,
    String podsOnNode,
    Controller controller)
    implements Reconciler {

  @Override
  public Outcome reconcile(ObjectKey key) {
    var node = nodes.find(key);
    var bound = pods.byIndex(podsOnNode, key.name());
    for (var daemonSet : daemonSets.list()) {
      // A pod for a node that has gone, and that was never bound, is deleted by nobody else.
      if (node.isEmpty() || matters(daemonSet, node.get(), bound)) {
        controller.enqueue(ObjectKey.of(daemonSet));
      }
    }
    return Outcome.done();
  }

  private static boolean matters(DaemonSet daemonSet, Node node, List<Pod> bound) {
    var eligibility = Eligibility.of(daemonSet, node);
    boolean scheduled =
        bound.stream().anyMatch(pod -> ControllerRefs.isControlledBy(pod, daemonSet));
    return scheduled
        ? !eligibility.shouldRun() || daemonSet.status().numberMisscheduled() > 0
        : eligibility.shouldRun();
  }

  /// Looks at a node only when something changes that can matter: a heartbeat cannot.
  record Handler(Controller nodeController) implements InformerHandler<Node> {
    @Override
    public void onAdd(Node node) {
      nodeController.enqueue(ObjectKey.of(node));
    }

    @Override
    public void onUpdate(Node before, Node now) {
      if (!before.metadata().labels().equals(now.metadata().labels())
          || !before.spec().taints().equals(now.spec().taints())) {
        onAdd(now);
      }
    }

    @Override
    public void onDelete(Node node) {
      onAdd(node);
    }
  }
}

package io.kubejar.controllers.nodelifecycle;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import io.kubejar.controllers.pods.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/// Looks at one node: whether it still speaks, and which taints follow from its state.
record NodeReconciler(
    Client client,
    Informer<Node> nodes,
    Informer<Lease> leases,
    Informer<Pod> pods,
    NodeHealth health,
    EventRecorder events,
    InstantSource clock)
    implements Reconciler {
  static final String LEASES = "kube-node-lease";
  static final String BY_NODE = "node";

  @Override
  public Outcome reconcile(ObjectKey key) throws InterruptedException {
    var found = nodes.find(key);
    if (found.isEmpty()) {
      health.forget(key);
      return Outcome.done();
    }
    var node = found.get();
    var now = clock.instant();
    var silentAt = health.silentAt(node, leases.find(new ObjectKey(LEASES, key.name())), now);
    boolean silent = !now.isBefore(silentAt);
    if (silent) {
      node = callUnknown(node, now);
    }
    var taints = NodeTaints.of(node, now);
    if (!taints.equals(node.spec().taints())) {
      node = client.update(Node.RESOURCE, node.withSpec(node.spec().withTaints(taints)));
    }
    if (!NodeTaints.status(node, "Ready").orElse("").equals("True")) {
      markPodsNotReady(node, now);
    }
    return silent
        ? Outcome.done() // The next sign of life brings us back.
        : Outcome.checkAgain(Duration.between(now, silentAt), "the node may fall silent");
  }

  private Node callUnknown(Node node, Instant now) throws InterruptedException {
    var conditions = NodeHealth.unknown(node, now);
    if (conditions.equals(node.status().conditions())) {
      return node;
    }
    boolean wasReady = NodeTaints.status(node, "Ready").orElse("").equals("True");
    var updated =
        client.updateStatus(
            Node.RESOURCE, node.withStatus(node.status().withConditions(conditions)));
    if (wasReady) {
      events.normal(
          node, "NodeNotReady", "Node " + node.metadata().name() + " status is now: NodeNotReady");
    }
    return updated;
  }

  /// A pod on a node that does not answer must not be sent any traffic.
  private void markPodsNotReady(Node node, Instant now) throws InterruptedException {
    if (NodeTaints.status(node, "Ready").isEmpty()) {
      return;
    }
    for (var pod : pods.byIndex(BY_NODE, node.metadata().name())) {
      if (!PodStates.isReady(pod)) {
        continue;
      }
      var second = now.truncatedTo(ChronoUnit.SECONDS);
      var conditions =
          pod.status().conditions().stream()
              .map(
                  condition ->
                      condition.type().equals("Ready")
                          ? condition.withStatus("False").withLastTransitionTime(second)
                          : condition)
              .toList();
      try {
        client.updateStatus(Pod.RESOURCE, pod.withStatus(pod.status().withConditions(conditions)));
        events.warning(pod, "NodeNotReady", "Node is not ready");
      } catch (ApiException refused) {
        if (!refused.isNotFound()) {
          throw refused;
        }
      }
    }
  }
}

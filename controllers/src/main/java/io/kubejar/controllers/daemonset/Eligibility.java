package io.kubejar.controllers.daemonset;

import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.core.v1.Node;
import io.kubejar.client.nodes.RequiredNodes;
import io.kubejar.client.nodes.Tolerations;

/// Whether a node is to have a DaemonSet's pod. Pure; the predicates are the scheduler's.
///
/// @param shouldRun a pod is to be made if there is none
/// @param shouldContinue a pod that is there may stay
record Eligibility(boolean shouldRun, boolean shouldContinue) {
  private static final Eligibility NO = new Eligibility(false, false);
  private static final String NO_EXECUTE = "NoExecute";
  private static final String NO_SCHEDULE = "NoSchedule";

  static Eligibility of(DaemonSet daemonSet, Node node) {
    return Rule.of(daemonSet).eligibility(node);
  }

  /// What a DaemonSet asks of every node: read once, for thousands of them.
  ///
  /// @param name the only node that it wants; empty if it does not name one
  record Rule(String name, RequiredNodes required, Tolerations tolerations) {

    static Rule of(DaemonSet daemonSet) {
      var spec = daemonSet.spec().template().spec();
      return new Rule(
          spec.nodeName(), RequiredNodes.of(spec), new Tolerations(DaemonPods.tolerations(spec)));
    }

    Eligibility eligibility(Node node) {
      var metadata = node.metadata();
      if (!name.isEmpty() && !name.equals(metadata.name())) {
        return NO;
      }
      if (!required.match(metadata.name(), metadata.labels())) {
        return NO;
      }
      boolean stays = tolerates(node, NO_EXECUTE);
      return new Eligibility(stays && tolerates(node, NO_SCHEDULE), stays);
    }

    private boolean tolerates(Node node, String effect) {
      return node.spec().taints().stream()
          .allMatch(taint -> !taint.effect().equals(effect) || tolerations.tolerate(taint));
    }
  }
}

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
    var spec = daemonSet.spec().template().spec();
    var name = node.metadata().name();
    if (!spec.nodeName().isEmpty() && !spec.nodeName().equals(name)) {
      return NO;
    }
    if (!RequiredNodes.of(spec).match(name, node.metadata().labels())) {
      return NO;
    }
    var tolerations = new Tolerations(DaemonPods.tolerations(spec));
    boolean stays = tolerates(tolerations, node, NO_EXECUTE);
    return new Eligibility(stays && tolerates(tolerations, node, NO_SCHEDULE), stays);
  }

  private static boolean tolerates(Tolerations tolerations, Node node, String effect) {
    return node.spec().taints().stream()
        .allMatch(taint -> !taint.effect().equals(effect) || tolerations.tolerate(taint));
  }
}

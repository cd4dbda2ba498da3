package io.kubejar.controllers.daemonset;

import io.kubejar.api.apps.v1.DaemonSet;

/// How many nodes may be without an available pod during an update, and how many may have two.
record Allowance(int maxUnavailable, int maxSurge) {

  /// @param nodes how many are to have a pod
  static Allowance of(DaemonSet daemonSet, int nodes) {
    var strategy = daemonSet.spec().updateStrategy();
    var rolling = strategy.rollingUpdate();
    if (!strategy.type().equals("RollingUpdate") || rolling == null) {
      return new Allowance(nodes > 0 ? 1 : 0, 0);
    }
    var unavailable = rolling.maxUnavailable();
    var surge = rolling.maxSurge();
    int maxUnavailable = unavailable == null ? 0 : unavailable.scaled(nodes, true);
    int maxSurge = surge == null ? 0 : surge.scaled(nodes, true);
    // Neither of both would be a standstill.
    return nodes > 0 && maxUnavailable == 0 && maxSurge == 0
        ? new Allowance(1, 0)
        : new Allowance(maxUnavailable, maxSurge);
  }

  /// Whether a node may have two pods at all.
  static boolean surges(DaemonSet daemonSet) {
    return of(daemonSet, 1).maxSurge() > 0;
  }
}

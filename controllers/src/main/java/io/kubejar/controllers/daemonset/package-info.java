/// Keeps one pod of a DaemonSet on every node that is to have one.
///
/// [DaemonSetController] wires it, [DaemonSetReconciler] is the loop, [NodeChanges] finds the
/// DaemonSets that a node matters to. A [Coverage] is the world as one reconcile sees it;
/// [Eligibility], [PlacementPlan] and [RollingUpdatePlan] decide from it, [DaemonStatus] reports.
@NullMarked
package io.kubejar.controllers.daemonset;

import org.jspecify.annotations.NullMarked;

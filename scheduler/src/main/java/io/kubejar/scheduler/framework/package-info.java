/// What a scheduling rule sees and says.
///
/// A [io.kubejar.scheduler.framework.FilterPlugin] answers for one pod and one node with a
/// [io.kubejar.scheduler.framework.Verdict]; a [io.kubejar.scheduler.framework.ScorePlugin] ranks
/// the nodes that are left. Both read a [io.kubejar.scheduler.framework.ClusterView] of compact
/// [io.kubejar.scheduler.framework.NodeInfo]s and [io.kubejar.scheduler.framework.PodInfo]s that
/// events keep up to date. Everything here belongs to the scheduler's one thread.
@NullMarked
package io.kubejar.scheduler.framework;

import org.jspecify.annotations.NullMarked;

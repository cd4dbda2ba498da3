/// Chooses a node for every pod that has none.
///
/// [io.kubejar.scheduler.Scheduler] is a state machine with one owner: each step takes in what
/// changed in the cluster, or takes the next pod from the [io.kubejar.scheduler.SchedulingQueue]
/// through one [io.kubejar.scheduler.SchedulingCycle] (filter, score, choose), which is pure given
/// the cluster as the [io.kubejar.scheduler.ClusterCache] knows it. A chosen node is assumed at
/// once; the [io.kubejar.scheduler.ApiCaller]s tell the API server meanwhile and report back. A pod
/// that fits nowhere waits until something changes that could change the mind of the rule that
/// rejected it.
@NullMarked
package io.kubejar.scheduler;

import org.jspecify.annotations.NullMarked;

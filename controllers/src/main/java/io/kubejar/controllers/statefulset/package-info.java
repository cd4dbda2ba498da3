/// Keeps the pods of a StatefulSet, each with a name, claims and a place in the order of its own.
///
/// [StatefulSetController] wires it, [StatefulSetReconciler] is the loop. [Members] are the pods as
/// one reconcile sees them; [Identity], [PodClaims] and [ClaimRetention] say what belongs to one
/// pod, [StatefulPlan] decides what happens to all, [StatefulSteps] carries it out,
/// [StatefulStatus] reports.
@NullMarked
package io.kubejar.controllers.statefulset;

import org.jspecify.annotations.NullMarked;

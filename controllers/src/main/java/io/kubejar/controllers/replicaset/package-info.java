/// Keeps as many pods of one template as a ReplicaSet, or a ReplicationController, asks for.
///
/// [ReplicaKind] is what the two have in common, [ReplicaSetController] wires it,
/// [ReplicaSetReconciler] is the loop, [ReplicaPlan] and [ReplicaStatus] decide.
@NullMarked
package io.kubejar.controllers.replicaset;

import org.jspecify.annotations.NullMarked;

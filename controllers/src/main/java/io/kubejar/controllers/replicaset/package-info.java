/// Keeps as many pods of one template as a ReplicaSet asks for.
///
/// [ReplicaSetController] wires it, [ReplicaSetReconciler] is the loop, [ReplicaPlan] and
/// [ReplicaStatus] decide.
@NullMarked
package io.kubejar.controllers.replicaset;

import org.jspecify.annotations.NullMarked;

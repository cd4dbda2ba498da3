/// Nodes without containers, any number of them: one controller beats for all nodes, another one
/// gives the pods on them the lives that scripts say.
///
/// What a pod has lived through is read from its status alone, so a fleet can take over pods that
/// another one started: after a restart, or in a fork of the cluster.
@NullMarked
package io.kubejar.simulation.nodes;

import org.jspecify.annotations.NullMarked;

/// The program: one process that is a whole cluster, and the commands that start, stop and inspect
/// it.
///
/// [Main] parses the command line. [UpCommand] finds or creates the cluster's record
/// ([io.kubejar.standalone.layout]), checks the machine ([Preflight]) and starts [RunningCluster],
/// which wires the control plane and the node by plain constructors, top to bottom.
@NullMarked
package io.kubejar.standalone;

import org.jspecify.annotations.NullMarked;

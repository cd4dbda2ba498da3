/// What a pod asks of its node: labels, a name, taints that it can live with. Pure questions, in
/// one place for everybody who decides where pods belong: the scheduler, the controller of
/// DaemonSets, the eviction by taints.
@NullMarked
package io.kubejar.client.nodes;

import org.jspecify.annotations.NullMarked;

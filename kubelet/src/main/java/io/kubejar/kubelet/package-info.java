/// The agent of a node: it runs the pods that are bound to it. One virtual thread per pod looks at
/// what the pod wants and what the runtime has (`pod`, pure), and carries out the plan through CRI
/// (`runtime`), with volumes, probes, logs and the node's own server beside.
@NullMarked
package io.kubejar.kubelet;

import org.jspecify.annotations.NullMarked;

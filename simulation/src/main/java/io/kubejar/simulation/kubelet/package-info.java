/// The kubelet that all simulated nodes share: logs, exec, attach, port-forward and usage of their
/// pods, as scripts say it, over the protocols that API servers speak with kubelets. What a pod has
/// printed and used is computed from its status and its script; nothing is kept.
@NullMarked
package io.kubejar.simulation.kubelet;

import org.jspecify.annotations.NullMarked;

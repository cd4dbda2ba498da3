/// The network configuration that the runtime's CNI plug-ins read, and the name resolution of pods.
@NullMarked
package io.kubejar.kubelet.network;

import org.jspecify.annotations.NullMarked;

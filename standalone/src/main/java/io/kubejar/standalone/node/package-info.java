/// The node of a cluster: its container runtime, kubelet, service rules and DNS, wired together.
@NullMarked
package io.kubejar.standalone.node;

import org.jspecify.annotations.NullMarked;

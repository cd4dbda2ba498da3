/// A whole Kubernetes control plane inside the JVM that wants it: the real API server, controllers
/// and scheduler, nodes that are simulated, and powers that only a cluster in one's own process can
/// have. Start reading at [Cluster].
@NullMarked
package io.kubejar;

import org.jspecify.annotations.NullMarked;

/// Asks containers whether they have started, live and are ready.
@NullMarked
package io.kubejar.kubelet.probe;

import org.jspecify.annotations.NullMarked;

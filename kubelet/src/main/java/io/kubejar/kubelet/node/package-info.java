/// What the node says about itself: its registration, status and lease.
@NullMarked
package io.kubejar.kubelet.node;

import org.jspecify.annotations.NullMarked;

/// The pod in the words of the Container Runtime Interface: sandboxes, containers, images, and how
/// they are read back.
@NullMarked
package io.kubejar.kubelet.runtime;

import org.jspecify.annotations.NullMarked;

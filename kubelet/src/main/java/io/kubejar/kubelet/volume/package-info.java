/// Directories that containers mount, made from what a pod's volumes name, kept up to date, and
/// removed with the pod.
@NullMarked
package io.kubejar.kubelet.volume;

import org.jspecify.annotations.NullMarked;

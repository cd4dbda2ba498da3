/// What a pod needs next and what its status is: pure functions of the pod, of what the runtime
/// has, and of what we remember.
@NullMarked
package io.kubejar.kubelet.pod;

import org.jspecify.annotations.NullMarked;

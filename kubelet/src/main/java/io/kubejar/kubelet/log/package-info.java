/// Container logs in the form that CRI runtimes write.
@NullMarked
package io.kubejar.kubelet.log;

import org.jspecify.annotations.NullMarked;

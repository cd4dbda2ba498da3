/// What containers get in their environment, and the facts that the downward API tells them.
@NullMarked
package io.kubejar.kubelet.env;

import org.jspecify.annotations.NullMarked;

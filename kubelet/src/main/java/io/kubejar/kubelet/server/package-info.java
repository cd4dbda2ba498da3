/// The HTTPS server of a kubelet: who may use it, how requests find what answers them, and how
/// refusals look. What is answered is up to the routes, so that nodes with and without containers
/// share it.
@NullMarked
package io.kubejar.kubelet.server;

import org.jspecify.annotations.NullMarked;

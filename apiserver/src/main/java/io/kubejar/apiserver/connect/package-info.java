/// The way through to the nodes: logs, exec, attach, port-forward and proxy.
@NullMarked
package io.kubejar.apiserver.connect;

import org.jspecify.annotations.NullMarked;

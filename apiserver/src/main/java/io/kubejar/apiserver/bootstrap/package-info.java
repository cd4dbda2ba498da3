/// What a cluster has from its first moment on: namespaces, the `kubernetes` Service, priority
/// classes.
@NullMarked
package io.kubejar.apiserver.bootstrap;

import org.jspecify.annotations.NullMarked;

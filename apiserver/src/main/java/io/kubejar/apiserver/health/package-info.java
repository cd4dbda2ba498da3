/// Whether the server is well, and which version it is.
@NullMarked
package io.kubejar.apiserver.health;

import org.jspecify.annotations.NullMarked;

/// Actions on objects that have a path and a body of their own: binding, eviction, scale, tokens.
@NullMarked
package io.kubejar.apiserver.subresources;

import org.jspecify.annotations.NullMarked;

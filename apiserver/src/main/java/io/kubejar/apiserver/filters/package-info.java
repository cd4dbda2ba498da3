/// The stages every request passes before a verb runs. They do not know each other; their order is
/// in [io.kubejar.apiserver.RequestPath].
@NullMarked
package io.kubejar.apiserver.filters;

import org.jspecify.annotations.NullMarked;

/// A request on its way through the server: what it asks for, who asks, and the filters it passes.
///
/// [io.kubejar.apiserver.request.Filters] strings the stages together; the stages themselves live
/// in their own packages and do not know each other.
@NullMarked
package io.kubejar.apiserver.request;

import org.jspecify.annotations.NullMarked;

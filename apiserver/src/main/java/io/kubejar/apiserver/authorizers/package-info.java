/// The authorizers that an `AuthorizationConfiguration` names, in its order, and those of them that
/// are asked over the network.
@NullMarked
package io.kubejar.apiserver.authorizers;

import org.jspecify.annotations.NullMarked;

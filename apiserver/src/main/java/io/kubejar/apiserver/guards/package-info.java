/// What admission checks of the writes of nodes and of those who write roles: the part of
/// authorization that must see the object.
@NullMarked
package io.kubejar.apiserver.guards;

import org.jspecify.annotations.NullMarked;

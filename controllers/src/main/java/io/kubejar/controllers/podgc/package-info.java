/// Removes pods that nobody else will: those of nodes that are gone, and the oldest of too many
/// that have ended.
@NullMarked
package io.kubejar.controllers.podgc;

import org.jspecify.annotations.NullMarked;

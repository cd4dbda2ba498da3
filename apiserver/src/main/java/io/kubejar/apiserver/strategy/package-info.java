/// What is special about each kind when it is written: which parts a client may set, what is filled
/// in, how it is deleted.
///
/// [io.kubejar.apiserver.strategy.Strategy] is what all kinds have in common; most need nothing
/// else. Those that do have a class of their own, and [io.kubejar.apiserver.strategy.Strategies]
/// names them.
@NullMarked
package io.kubejar.apiserver.strategy;

import org.jspecify.annotations.NullMarked;

/// Expressions of the Common Expression Language, as Kubernetes uses them in the rules of custom
/// resources, admission policies, match conditions and the configuration of authentication.
///
/// An [Environment] says which variables and functions there are; [Environments] has those of
/// upstream. Compiling yields a [CompiledExpression], which is evaluated under a limit of cost.
/// Parser and type checker are cel-java's; evaluation, its cost and the functions are ours, because
/// the cost decides what is refused and cel-java does not count it.
@NullMarked
package io.kubejar.apimachinery.cel;

import org.jspecify.annotations.NullMarked;

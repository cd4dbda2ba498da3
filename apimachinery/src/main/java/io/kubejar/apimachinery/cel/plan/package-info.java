/// Checked expressions as trees that evaluate themselves.
///
/// [Planner] makes a tree of [Node]s out of a checked expression; evaluating it charges every step
/// to a [Meter], in the units and by the rules of upstream, so that an expression stops after the
/// same amount of work.
@NullMarked
package io.kubejar.apimachinery.cel.plan;

import org.jspecify.annotations.NullMarked;

/// What an expression could cost at most, worked out before it is ever evaluated.
///
/// The rules are those of cel-go's checker and of Kubernetes' estimator: which custom resource
/// rules a server takes depends on these numbers, so they must be the same.
@NullMarked
package io.kubejar.apimachinery.cel.cost;

import org.jspecify.annotations.NullMarked;

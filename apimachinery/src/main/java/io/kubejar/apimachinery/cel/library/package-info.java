/// The functions of CEL expressions: the language's own, its extensions, and those of Kubernetes.
///
/// A [Library] declares functions for the type checker and says what they do, at one place.
/// Standard functions are declared by the checker itself; [StandardFunctions] does them.
@NullMarked
package io.kubejar.apimachinery.cel.library;

import org.jspecify.annotations.NullMarked;

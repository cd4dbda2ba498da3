/// Whether an object makes sense: pure functions from objects to field errors, one class per kind.
@NullMarked
package io.kubejar.apiserver.validation;

import org.jspecify.annotations.NullMarked;

/// The rules of custom resources, `x-kubernetes-validations`.
@NullMarked
package io.kubejar.apimachinery.cel.rules;

import org.jspecify.annotations.NullMarked;

/// Guards what owner references make the garbage collector do.
@NullMarked
package io.kubejar.apiserver.admission.owners;

import org.jspecify.annotations.NullMarked;

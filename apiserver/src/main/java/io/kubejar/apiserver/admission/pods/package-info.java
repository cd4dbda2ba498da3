/// Plugins about pods that are off unless they are asked for.
@NullMarked
package io.kubejar.apiserver.admission.pods;

import org.jspecify.annotations.NullMarked;

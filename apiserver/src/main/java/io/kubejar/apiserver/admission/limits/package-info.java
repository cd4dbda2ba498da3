/// LimitRange: what single containers, pods and claims of a namespace may ask for.
@NullMarked
package io.kubejar.apiserver.admission.limits;

import org.jspecify.annotations.NullMarked;

/// Admission: what may change or refuse a write although the user is allowed to make it.
///
/// Plugins run in upstream's order, first all that change, then, on the finished object, all that
/// refuse.
@NullMarked
package io.kubejar.apiserver.admission;

import org.jspecify.annotations.NullMarked;

/// API server, controllers and scheduler in one process, on a given store, clock and listener.
///
/// [ControlPlane] wires the parts. [InProcessClient] is how they talk to the API server here: the
/// same interface as over HTTPS, but objects are shared instead of serialised.
@NullMarked
package io.kubejar.controlplane;

import org.jspecify.annotations.NullMarked;

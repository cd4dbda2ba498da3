/// A control plane with simulated nodes in place of real ones, the load that is put on it, and what
/// is measured meanwhile.
@NullMarked
package io.kubejar.standalone.laboratory;

import org.jspecify.annotations.NullMarked;

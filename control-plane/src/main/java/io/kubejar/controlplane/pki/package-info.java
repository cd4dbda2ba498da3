/// The certificates and keys of one cluster: made on the first start, kept in files or in memory.
@NullMarked
package io.kubejar.controlplane.pki;

import org.jspecify.annotations.NullMarked;

/// The store on an etcd cluster: keys, bytes and revisions are etcd's own, so that upstream's
/// components can work on the same data.
///
/// It speaks etcd's gRPC interface through plain stubs. What etcd's own client library does beyond
/// that is here: going to another member when one fails, without ever repeating a write that may
/// have happened; logging in; sharing leases; and watches that survive the death of the member that
/// serves them without losing or repeating an event.
@NullMarked
package io.kubejar.storage.etcd;

import org.jspecify.annotations.NullMarked;

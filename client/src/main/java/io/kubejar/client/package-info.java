/// How everything that is not the API server talks to the API server, and how controllers are
/// built.
///
/// A [Client] reads and writes objects; over HTTP it is an [HttpApiClient], in one process the
/// control plane lends one that calls the API server directly. On top of it: an [Informer] keeps
/// the objects of one kind in memory, a [WorkQueue] collects the keys that need a look, a
/// [Controller] takes them to a [Reconciler], and a [ComponentRuntime] holds all of that together.
///
/// Whatever waits or runs in the background is a state machine stepped from outside
/// ([io.kubejar.apimachinery.time.Steppable]): threads are thin shells, so a simulation can run the
/// same code on one thread in an order that a seed decides.
@NullMarked
package io.kubejar.client;

import org.jspecify.annotations.NullMarked;

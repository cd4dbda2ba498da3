/// An API server in memory, a client that passes on to another, and an informer filled by hand, for
/// tests of whatever uses a [io.kubejar.client.Client] or an [io.kubejar.client.Informer].
///
/// [InMemoryApi] is no API server: it neither defaults nor validates, and knows only the rules that
/// controllers depend on (revisions, conflicts, generations, statuses, finalizers, graceful
/// deletion, watches).
@NullMarked
package io.kubejar.client.testing;

import org.jspecify.annotations.NullMarked;

/// An API server in memory, for tests of whatever uses a [io.kubejar.client.Client].
///
/// It is no API server: it neither defaults nor validates, and knows only the rules that
/// controllers depend on (revisions, conflicts, generations, statuses, finalizers, graceful
/// deletion, watches).
@NullMarked
package io.kubejar.client.testing;

import org.jspecify.annotations.NullMarked;

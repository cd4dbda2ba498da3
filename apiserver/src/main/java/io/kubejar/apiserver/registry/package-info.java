/// Objects in the store: keys and stored form, reads from the watch cache, and writes by
/// compare-and-set.
///
/// A [io.kubejar.apiserver.registry.Registry] knows one resource and nothing of requests: what a
/// change is allowed to do is decided by those who pass it in.
@NullMarked
package io.kubejar.apiserver.registry;

import org.jspecify.annotations.NullMarked;

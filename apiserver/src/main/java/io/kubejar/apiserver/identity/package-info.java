/// What tells this API server from others of its cluster: a name made of its host's, and a Lease in
/// `kube-system` that it keeps renewed for as long as it runs. Leases of servers that are gone are
/// removed by those that are there.
@NullMarked
package io.kubejar.apiserver.identity;

import org.jspecify.annotations.NullMarked;

/// Services: the addresses and node ports they get, keep and give back.
///
/// The rules are pure functions over the old and the new state (`ServiceFields`, `IpFamilies`);
/// what others have already comes from the caches (`ClusterAddresses`, `NodePorts`).
@NullMarked
package io.kubejar.apiserver.services;

import org.jspecify.annotations.NullMarked;

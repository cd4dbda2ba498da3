/// Sends the traffic of Services to their endpoints, with the kernel's own packet filter.
///
/// What a Service needs is decided by [io.kubejar.proxy.ServiceRules], a pure function of the
/// Service, its EndpointSlices and the node. [io.kubejar.proxy.RuleSet] holds the rules of all
/// Services; the difference between two of them is one nft transaction, which
/// [io.kubejar.proxy.Proxy] has carried out by a [io.kubejar.proxy.Netfilter]. A packet costs the
/// same however many Services there are: the kernel finds its Service by one look into a map.
@NullMarked
package io.kubejar.proxy;

import org.jspecify.annotations.NullMarked;

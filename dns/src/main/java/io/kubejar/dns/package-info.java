/// The DNS of a cluster, answered from the informers' caches.
///
/// [io.kubejar.dns.ClusterZone] knows which records exist (pure, by the Kubernetes DNS
/// specification); [io.kubejar.dns.Resolver] turns a question into an answer or sends it on to the
/// machine's own resolvers; [io.kubejar.dns.DnsServer] speaks UDP and TCP.
/// [io.kubejar.dns.DnsService] makes it reachable under the address that every pod is told.
@NullMarked
package io.kubejar.dns;

import org.jspecify.annotations.NullMarked;

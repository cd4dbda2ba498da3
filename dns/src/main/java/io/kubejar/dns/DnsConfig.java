package io.kubejar.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;

/// What the DNS must know about its cluster.
///
/// @param domain the cluster's domain, without dots at its ends
/// @param serviceAddress the address that pods are told to ask
/// @param upstreams who is asked about names outside the cluster, in this order; none means that
///   nobody is
/// @param ttlSeconds how long an answer may be remembered
public record DnsConfig(
    String domain, InetAddress serviceAddress, List<InetSocketAddress> upstreams, int ttlSeconds) {
  private static final int USUAL_TTL_SECONDS = 5;

  public DnsConfig {
    domain = domain.toLowerCase(Locale.ROOT);
    upstreams = List.copyOf(upstreams);
  }

  public static DnsConfig of(
      String domain, InetAddress serviceAddress, List<InetSocketAddress> upstreams) {
    return new DnsConfig(domain, serviceAddress, upstreams, USUAL_TTL_SECONDS);
  }
}

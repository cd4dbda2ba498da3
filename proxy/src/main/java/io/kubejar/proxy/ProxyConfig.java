package io.kubejar.proxy;

import java.util.List;

/// What the proxy must know about its cluster and its node.
///
/// @param table the name of the nft tables, different for each cluster on the machine
/// @param nodeName the node it runs on; endpoints with this node are local
/// @param clusterPodCidrs the addresses of all pods of the cluster
/// @param ownPodsOnly whether cluster IPs work only for this cluster's pods and for the machine
///   itself. Needed if another cluster on the machine uses the same range for its Services
/// @param bridgeNetfilter whether the kernel shows bridged packets to the packet filter. If not,
///   answers between pods on one bridge would miss the way back through address translation, so
///   such traffic is masqueraded
/// @param externalIPs whether a Service may claim any address by its `externalIPs`. Off is safer:
///   it lets whoever may write a Service take over traffic to that address
public record ProxyConfig(
    String table,
    String nodeName,
    List<String> clusterPodCidrs,
    boolean ownPodsOnly,
    boolean bridgeNetfilter,
    boolean externalIPs) {

  /// The bit that marks packets to be masqueraded on their way out.
  static final int MASQUERADE_MARK = 0x4000;

  private static final String TABLE_NAME = "[a-zA-Z][a-zA-Z0-9_.-]{0,62}";

  public ProxyConfig {
    clusterPodCidrs = List.copyOf(clusterPodCidrs);
    if (!table.matches(TABLE_NAME)) {
      throw new IllegalArgumentException("not a name for an nft table: " + table);
    }
  }

  /// The configuration of a cluster's node. Its tables are called `kubejar-` and the cluster's
  /// name.
  public static ProxyConfig of(String cluster, String nodeName, List<String> clusterPodCidrs) {
    return new ProxyConfig(tableOf(cluster), nodeName, clusterPodCidrs, true, true, false);
  }

  public static String tableOf(String cluster) {
    return "kubejar-" + cluster;
  }

  public ProxyConfig withBridgeNetfilter(boolean bridgeNetfilter) {
    return new ProxyConfig(
        table, nodeName, clusterPodCidrs, ownPodsOnly, bridgeNetfilter, externalIPs);
  }

  public ProxyConfig withExternalIPs(boolean externalIPs) {
    return new ProxyConfig(
        table, nodeName, clusterPodCidrs, ownPodsOnly, bridgeNetfilter, externalIPs);
  }

  public ProxyConfig withOwnPodsOnly(boolean ownPodsOnly) {
    return new ProxyConfig(
        table, nodeName, clusterPodCidrs, ownPodsOnly, bridgeNetfilter, externalIPs);
  }

  List<String> podCidrs(Family family) {
    return clusterPodCidrs.stream().filter(cidr -> Family.of(cidr) == family).toList();
  }
}

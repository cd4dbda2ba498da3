package io.kubejar.kubelet;

import io.kubejar.api.core.v1.Taint;
import io.kubejar.http.tls.TlsSource;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a node is set up. Start from [#defaults].
///
/// @param runtimeSocket the CRI socket of the container runtime
/// @param addresses the node's own addresses, the primary one first
/// @param listen where the node's server listens; port 0 takes a free one
/// @param tls key and client authorities of the server; without one it does not start
/// @param cgroupRoot below which `kubepods` lies
public record KubeletOptions(
    String nodeName,
    Path runtimeSocket,
    Places places,
    Network network,
    List<String> addresses,
    InetSocketAddress listen,
    Optional<TlsSource> tls,
    String cgroupRoot,
    int podsMax,
    Map<String, String> labels,
    List<Taint> taints) {

  /// Directories of a node.
  ///
  /// @param root pods' volumes and what the kubelet remembers
  /// @param podLogs logs of containers
  /// @param cniConfig where the runtime reads its network configuration
  /// @param cniState where host-local keeps the addresses it gave
  public record Places(Path root, Path podLogs, Path cniConfig, Path cniState) {}

  /// What pods find in their resolv.conf and which bridge they hang on.
  ///
  /// @param podCidr the range of this node's pods, unless the Node object has another one
  public record Network(
      List<String> clusterDns,
      String clusterDomain,
      Path resolvConf,
      String bridge,
      String podCidr) {}

  public KubeletOptions {
    addresses = List.copyOf(addresses);
    labels = Map.copyOf(labels);
    taints = List.copyOf(taints);
  }

  /// A node with upstream's paths and numbers.
  public static KubeletOptions defaults(String nodeName, List<String> addresses) {
    return new KubeletOptions(
        nodeName,
        Path.of("/run/containerd/containerd.sock"),
        new Places(
            Path.of("/var/lib/kubelet"),
            Path.of("/var/log/pods"),
            Path.of("/etc/cni/net.d"),
            Path.of("/var/lib/cni/networks")),
        new Network(
            List.of("10.96.0.10"),
            "cluster.local",
            Path.of("/etc/resolv.conf"),
            "kubejar0",
            "10.244.0.0/24"),
        addresses,
        new InetSocketAddress("0.0.0.0", 10250),
        Optional.empty(),
        "/",
        110,
        Map.of(),
        List.of());
  }

  public KubeletOptions withRuntimeSocket(Path runtimeSocket) {
    return new KubeletOptions(
        nodeName,
        runtimeSocket,
        places,
        network,
        addresses,
        listen,
        tls,
        cgroupRoot,
        podsMax,
        labels,
        taints);
  }

  public KubeletOptions withPlaces(Places places) {
    return new KubeletOptions(
        nodeName,
        runtimeSocket,
        places,
        network,
        addresses,
        listen,
        tls,
        cgroupRoot,
        podsMax,
        labels,
        taints);
  }

  public KubeletOptions withNetwork(Network network) {
    return new KubeletOptions(
        nodeName,
        runtimeSocket,
        places,
        network,
        addresses,
        listen,
        tls,
        cgroupRoot,
        podsMax,
        labels,
        taints);
  }

  /// Serves with this key; clients must show a certificate of one of its authorities.
  public KubeletOptions withServer(InetSocketAddress listen, TlsSource tls) {
    return new KubeletOptions(
        nodeName,
        runtimeSocket,
        places,
        network,
        addresses,
        listen,
        Optional.of(tls),
        cgroupRoot,
        podsMax,
        labels,
        taints);
  }

  public KubeletOptions withCgroupRoot(String cgroupRoot) {
    return new KubeletOptions(
        nodeName,
        runtimeSocket,
        places,
        network,
        addresses,
        listen,
        tls,
        cgroupRoot,
        podsMax,
        labels,
        taints);
  }

  public KubeletOptions withLabels(Map<String, String> labels, List<Taint> taints) {
    return new KubeletOptions(
        nodeName,
        runtimeSocket,
        places,
        network,
        addresses,
        listen,
        tls,
        cgroupRoot,
        podsMax,
        labels,
        taints);
  }

  /// The directory of everything that belongs to a pod.
  public Path podDirectory(String uid) {
    return places.root().resolve("pods").resolve(uid);
  }

  /// The directory of a pod's logs.
  public Path podLogDirectory(String namespace, String name, String uid) {
    return places.podLogs().resolve(namespace + "_" + name + "_" + uid);
  }
}

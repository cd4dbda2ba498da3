package io.kubejar.standalone;

import io.kubejar.standalone.layout.ClusterRecord;
import io.kubejar.standalone.linux.Programs;
import io.kubejar.standalone.linux.User;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.function.Predicate;

/// What must hold before anything is started. Each failure is one line that says how to mend it,
/// and nothing has been started or written by then.
///
/// @param root whether this process may do everything
/// @param installed whether a program is on this machine
/// @param cniPlugins whether the plugins of a pod network are
record Preflight(boolean root, Predicate<String> installed, boolean cniPlugins) {
  private static final List<String> NODE_PROGRAMS =
      List.of("containerd", "runc", "nft", "ip", "iptables", "mount");

  static Preflight ofThisMachine() {
    return new Preflight(
        User.isRoot(), name -> Programs.find(name).isPresent(), Programs.cniPlugins().isPresent());
  }

  /// Nodes drive containers and network rules of the machine: only root may, and only with the
  /// programs for it.
  void requireNode() {
    if (!root) {
      throw CommandFailure.because(
          "running containers needs root; try: sudo ./kubejar up, or --control-plane-only");
    }
    var missing = NODE_PROGRAMS.stream().filter(installed.negate()).toList();
    if (!missing.isEmpty()) {
      throw CommandFailure.because(
          "missing on this machine: "
              + String.join(", ", missing)
              + "; on Debian: apt-get install containerd runc nftables iptables iproute2");
    }
    if (!cniPlugins) {
      throw CommandFailure.because(
          "no CNI plugins in /usr/lib/cni or /opt/cni/bin; on Debian: apt-get install"
              + " containernetworking-plugins");
    }
  }

  static void requireFreePorts(ClusterRecord cluster) {
    requireFree(cluster.apiPort(), "the API server", "--port");
    if (cluster.node()) {
      requireFree(cluster.kubeletPort(), "the kubelet", "--kubelet-port");
    }
  }

  private static void requireFree(int port, String forWhat, String option) {
    if (!isFree(port)) {
      throw CommandFailure.because(
          "port %d for %s is taken; stop what uses it or choose another with %s"
              .formatted(port, forWhat, option));
    }
  }

  static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException e) {
      return false; // The only question here is whether it can be bound.
    }
  }
}

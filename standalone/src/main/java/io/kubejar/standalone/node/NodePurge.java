package io.kubejar.standalone.node;

import io.kubejar.cri.linux.ManagedContainerd;
import io.kubejar.kubelet.linux.LinuxHost;
import io.kubejar.proxy.Proxy;
import io.kubejar.proxy.ProxyConfig;
import io.kubejar.proxy.linux.Commands;
import io.kubejar.proxy.linux.KernelSettings;
import io.kubejar.proxy.linux.NftCommand;
import io.kubejar.standalone.layout.ClusterRecord;
import io.kubejar.standalone.linux.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/// Takes everything that a node left on the machine away: containers, their networks, rules,
/// mounts, cgroups and kernel settings. Works however far the node came, and when it is repeated.
public record NodePurge(ClusterRecord cluster, InstantSource clock) {
  /// What containerd's shims, runc and the CNI plugins make for all who use them, and never take
  /// away. The inner ones first.
  private static final List<Path> SHARED =
      List.of(
          Path.of("/run/containerd/s"),
          Path.of("/run/containerd/runc/k8s.io"),
          Path.of("/run/containerd/runc"),
          Path.of("/run/containerd"),
          Path.of("/var/lib/cni/results"),
          Path.of("/var/lib/cni"));

  public void run() throws IOException, InterruptedException {
    var directories = NodeDirectories.of(cluster);
    purgeContainers(directories);
    var host = new LinuxHost();
    for (var mount : host.mountsBelow(directories.root()).reversed()) {
      host.unmount(mount);
    }
    host.removeCgroup(NodeNames.of(cluster).cgroupRoot());
    purgeNetwork();
    FileTrees.delete(directories.root());
    FileTrees.delete(directories.run());
    FileTrees.deleteIfEmpty(NodeDirectories.RUN);
    for (var directory : SHARED) {
      FileTrees.deleteIfEmpty(directory);
    }
  }

  private void purgeContainers(NodeDirectories directories)
      throws IOException, InterruptedException {
    var running = ManagedContainerd.find(directories.containerd(), clock);
    if (running.isPresent()) {
      running.get().purge();
    } else {
      ManagedContainerd.purge(directories.containerd());
    }
  }

  private void purgeNetwork() throws IOException, InterruptedException {
    var names = NodeNames.of(cluster);
    var commands = Commands.here();
    var netfilter = new NftCommand(commands);
    Proxy.purge(ProxyConfig.tableOf(cluster.name()), netfilter);
    if (Files.exists(Path.of("/sys/class/net", names.bridge()))) {
      var result = commands.run("", "ip", "link", "delete", names.bridge());
      if (result.exitCode() != 0) {
        throw new IOException("cannot remove the bridge " + names.bridge() + ": " + result.error());
      }
    }
    new HostPortRules(commands).removeIfUnused();
    if (!Proxy.anyCluster(netfilter)) {
      new KernelSettings(Path.of("/proc/sys"), NodeNames.KERNEL_SETTINGS).restore();
    }
  }
}

package io.kubejar.standalone.node;

import io.kubejar.cri.linux.ContainerdOptions;
import io.kubejar.standalone.layout.ClusterRecord;
import java.nio.file.Path;

/// Where the node of one cluster keeps its things. Sockets and what a reboot may take are below
/// `/run/kubejar`, because the path of a socket must be short; everything else is below the data
/// directory.
public record NodeDirectories(Path root, Path run) {
  /// The parent of all clusters' run directories.
  public static final Path RUN = Path.of("/run/kubejar");

  public static NodeDirectories of(ClusterRecord cluster) {
    return new NodeDirectories(cluster.layout().node(), RUN.resolve(cluster.networkName()));
  }

  public ContainerdOptions containerd() {
    return ContainerdOptions.under(root.resolve("containerd"), run);
  }

  public Path kubelet() {
    return root.resolve("kubelet");
  }

  public Path podLogs() {
    return root.resolve("pod-logs");
  }
}

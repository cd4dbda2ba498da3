package io.kubejar.standalone.node;

import io.kubejar.standalone.layout.ClusterRecord;
import java.nio.file.Path;

/// What the node's parts are called on the machine. All names contain what is the cluster's own, so
/// that clusters on one machine do not meet.
record NodeNames(String bridge, String cgroupRoot) {
  /// What the kernel's settings were before the first cluster; one file for all clusters.
  static final Path KERNEL_SETTINGS = NodeDirectories.RUN.resolve("kernel-settings");

  static NodeNames of(ClusterRecord cluster) {
    return new NodeNames(cluster.networkName(), "/" + cluster.networkName());
  }
}

package io.kubejar.standalone.layout;

import java.nio.file.Path;

/// The files and directories of one cluster. Everything a cluster writes lies below its data
/// directory, so that removing the directory removes the cluster.
public record ClusterLayout(Path dataDir) {
  /// The record of ports, networks and switches that the cluster was created with.
  public Path record() {
    return dataDir.resolve("cluster.properties");
  }

  public RememberedOptions options() {
    return new RememberedOptions(dataDir.resolve("server-options.properties"));
  }

  /// Locked for as long as a process runs the cluster; holds that process's id.
  public Path lock() {
    return dataDir.resolve("kubejar.pid");
  }

  public Path pki() {
    return dataDir.resolve("pki");
  }

  public Path store() {
    return dataDir.resolve("store");
  }

  public Path log() {
    return dataDir.resolve("log").resolve("kubejar.log");
  }

  public Path adminKubeconfig() {
    return dataDir.resolve("admin.kubeconfig");
  }

  /// What the node part writes: volumes, pod logs, the container runtime's root and state.
  public Path node() {
    return dataDir.resolve("node");
  }
}

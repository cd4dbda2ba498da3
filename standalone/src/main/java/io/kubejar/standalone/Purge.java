package io.kubejar.standalone;

import io.kubejar.standalone.layout.ClusterRecord;
import io.kubejar.standalone.layout.ClusterRegistry;
import io.kubejar.standalone.linux.FileTrees;
import io.kubejar.standalone.linux.User;
import io.kubejar.standalone.node.NodeDirectories;
import io.kubejar.standalone.node.NodePurge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.InstantSource;

/// Removes a stopped cluster: its node's traces on the machine, its data, and its entry in the
/// user's kubeconfig. The list entry goes last, so that an interrupted purge can be repeated.
record Purge(ClusterRecord cluster, ClusterRegistry registry, Progress progress) {
  void run() throws InterruptedException {
    try {
      if (cluster.node() || Files.exists(NodeDirectories.of(cluster).root())) {
        if (!User.isRoot()) {
          throw CommandFailure.because(
              "removing containers needs root; try: sudo ./kubejar down --purge");
        }
        progress.say("Removing containers, network rules and mounts ...");
        new NodePurge(cluster, InstantSource.system()).run();
      }
      new Kubeconfigs(cluster).withdraw();
      FileTrees.delete(cluster.dataDir());
      registry.exclusively(
          () -> {
            registry.remove(cluster.name());
            return cluster;
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove everything: " + e.getMessage(), e);
    }
  }
}

package io.kubejar.standalone;

import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.Kubeconfig;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.controlplane.ControlPlaneOptions;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.controlplane.pki.KeyStorage;
import io.kubejar.standalone.layout.ClusterRecord;
import io.kubejar.standalone.node.HostAddresses;
import io.kubejar.standalone.node.NodeParts;
import io.kubejar.storage.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A whole cluster in this process: store, control plane and, unless it is left out, a node. This
/// is the wiring, top to bottom.
final class RunningCluster implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunningCluster.class);

  private final ClusterRecord cluster;
  private final Progress progress;
  private final RealClock clock = new RealClock();
  private final Store store;
  private final ControlPlane controlPlane;
  private @Nullable NodeParts node;

  private RunningCluster(
      ClusterRecord cluster, StoreChoice choice, ApiServerChoice server, Progress progress)
      throws IOException, InterruptedException {
    this.cluster = cluster;
    this.progress = progress;
    progress.say("Starting the control plane ...");
    store = choice.open(cluster, clock);
    var random = new SecureRandom();
    var pki = ClusterPki.open(KeyStorage.files(cluster.layout().pki()), clock);
    var options =
        ControlPlaneOptions.of(store, clock, random, pki)
            .withListen(new InetSocketAddress(cluster.apiPort()), HostAddresses.all())
            .withServiceCidr(cluster.serviceCidr())
            .withAccess(it -> server.apply(it).withStoreSize(() -> choice.bytes(cluster)))
            .withListeners(server.listeners());
    controlPlane = ControlPlane.start(options, RunningCluster::onFault);
    if (cluster.node()) {
      progress.say("Starting the container runtime and the node ...");
      node = NodeParts.start(cluster, controlPlane, pki, clock, RunningCluster::onFault);
    }
  }

  /// Starts everything; returns when the API server answers.
  static RunningCluster start(
      ClusterRecord cluster, StoreChoice choice, ApiServerChoice server, Progress progress)
      throws InterruptedException {
    try {
      return new RunningCluster(cluster, choice, server, progress);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  Kubeconfig administrator() {
    return controlPlane.administrator(cluster.context());
  }

  /// Waits until the node is Ready and its rules are in force; returns at once without a node.
  void awaitNodeReady() throws InterruptedException {
    if (node != null) {
      progress.say("Waiting for the node to be Ready ...");
      node.awaitReady();
    }
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted(); // Stopping needs an undisturbed thread.
    try {
      if (node != null) {
        node.stop();
      }
      controlPlane.stop();
      store.close();
      clock.close();
      log.info("Stopped. cluster={}", cluster.name());
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// A part met what it cannot be right to go on after. The store is safe on disk; starting anew is
  /// the one way to a known state.
  private static void onFault(RuntimeException fault) {
    log.error("A part of the cluster failed; the process ends.", fault);
    Runtime.getRuntime().halt(70);
  }
}

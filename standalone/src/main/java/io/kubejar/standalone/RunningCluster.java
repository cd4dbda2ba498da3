package io.kubejar.standalone;

import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.Kubeconfig;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.controlplane.ControlPlaneOptions;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.controlplane.pki.KeyStorage;
import io.kubejar.standalone.layout.ClusterRecord;
import io.kubejar.standalone.node.HostAddresses;
import io.kubejar.storage.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A whole cluster in this process: store, control plane and whatever nodes it is started with.
/// This is the wiring, top to bottom.
final class RunningCluster implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunningCluster.class);

  private final ClusterRecord cluster;
  private final RealClock clock = new RealClock();
  private final Store store;
  private final ControlPlane controlPlane;
  private final Nodes nodes;

  private RunningCluster(
      ClusterRecord cluster,
      StoreChoice choice,
      ApiServerChoice server,
      NodesFactory factory,
      Progress progress)
      throws IOException, InterruptedException {
    this.cluster = cluster;
    progress.say("Starting the control plane ...");
    store = choice.open(cluster, clock);
    var random = new SecureRandom();
    var pki = ClusterPki.open(KeyStorage.files(cluster.layout().pki()), clock);
    var options =
        ControlPlaneOptions.of(store, clock, random, pki)
            .withListen(new InetSocketAddress(cluster.apiPort()), HostAddresses.all())
            .withServiceCidr(cluster.serviceCidr())
            .withAccess(
                it ->
                    server
                        .apply(it.withHostname(HostAddresses.hostname()))
                        .withStoreSize(() -> choice.bytes(cluster)))
            .withListeners(server.listeners());
    controlPlane = ControlPlane.start(options, RunningCluster::onFault);
    var around = new NodesFactory.Surroundings(cluster, controlPlane, pki, clock, progress);
    nodes = factory.start(around, RunningCluster::onFault);
  }

  /// Starts everything; returns when the API server answers.
  static RunningCluster start(
      ClusterRecord cluster,
      StoreChoice choice,
      ApiServerChoice server,
      NodesFactory nodes,
      Progress progress)
      throws InterruptedException {
    try {
      return new RunningCluster(cluster, choice, server, nodes, progress);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  Kubeconfig administrator() {
    return controlPlane.administrator(cluster.context());
  }

  /// Waits until the nodes of this process are Ready; returns at once without any.
  void awaitNodesReady() throws InterruptedException {
    nodes.awaitReady();
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted(); // Stopping needs an undisturbed thread.
    try {
      nodes.stop();
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

package io.kubejar.standalone.conformance;

import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.client.AssembledRuntime;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.controlplane.ControlPlaneOptions;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.controlplane.pki.KeyStorage;
import io.kubejar.simulation.SimulatedKubelet;
import io.kubejar.storage.MemoryStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/// The control plane that all conformance tests of a run share, with two simulated nodes: pods run
/// there, though nothing runs in them. Each test has a namespace of its own, as upstream's have.
final class ConformanceCluster implements AutoCloseable {
  private static final long SEED = 1;
  private static final List<String> NODES = List.of("node-a", "node-b");

  private final RealClock clock = new RealClock();
  private final MemoryStore store = new MemoryStore(clock);
  private final ClusterPki pki = ClusterPki.open(KeyStorage.inMemory(), clock);
  private final AtomicLong tests = new AtomicLong();
  private final ControlPlane controlPlane;
  private final AssembledRuntime nodes;
  private final HttpsClient admin;
  private final Path home;

  private ConformanceCluster() throws IOException, InterruptedException {
    var options = ControlPlaneOptions.of(store, clock, new Random(SEED), pki);
    controlPlane = ControlPlane.start(options, ConformanceCluster::onFault);
    nodes =
        controlPlane.runtime(
            UserInfo.of("nodes", UserInfo.MASTERS_GROUP), "kubelet", ConformanceCluster::onFault);
    for (var node : NODES) {
      SimulatedKubelet.install(nodes, node);
    }
    nodes.start();
    admin = HttpsClient.withCertificate(address(), pki.authority(), pki.administrator());
    home = Kubectl.newHome(controlPlane.administrator("conformance"));
  }

  static ConformanceCluster start() {
    try {
      return new ConformanceCluster();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the control plane started", e);
    }
  }

  /// The API for one more test, with a namespace that is ready for pods.
  Api newTest() throws IOException, InterruptedException {
    return newNamespace(admin, "test-" + tests.incrementAndGet());
  }

  /// The API as this client sees it, with a new namespace that is ready for pods.
  static Api newNamespace(HttpsClient client, String namespace)
      throws IOException, InterruptedException {
    var api = new Api(client, namespace);
    api.create(
        "/api/v1/namespaces",
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %1$s, labels: {test: %1$s}}
        """
            .formatted(namespace));
    api.await(api.core("serviceaccounts"), "default", _ -> true);
    return api;
  }

  String address() {
    return "https://127.0.0.1:" + controlPlane.address().getPort();
  }

  /// A client that shows this token and no certificate.
  HttpsClient withToken(String token) {
    return HttpsClient.withToken(address(), pki.authority(), token);
  }

  /// A directory with the administrator's kubeconfig, `config`, and room for kubectl's cache.
  Path homeOfAdministrator() {
    return home;
  }

  /// Does now what the server does every few minutes.
  void compact() throws InterruptedException {
    controlPlane.compact();
  }

  private static void onFault(RuntimeException fault) {
    throw fault; // Ends the part; whatever waits for it fails in its own test.
  }

  @Override
  public void close() {
    try {
      nodes.close();
      controlPlane.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      store.close();
      clock.close();
      Kubectl.removeHome(home);
    }
  }
}

package io.kubejar.foreignclients;

import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.Kubeconfig;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.controlplane.ControlPlaneOptions;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.controlplane.pki.KeyStorage;
import io.kubejar.http.pki.Pem;
import io.kubejar.storage.MemoryStore;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/// The control plane that all tests of this module share. Tests keep apart by namespaces.
final class StartedServer implements AutoCloseable {
  private static final String CONTEXT = "test";
  private static final long SEED = 1;

  private final RealClock clock = new RealClock();
  private final MemoryStore store = new MemoryStore(clock);
  private final ClusterPki pki = ClusterPki.open(KeyStorage.inMemory(), clock);
  private final AtomicLong names = new AtomicLong();
  private final ControlPlane controlPlane;

  StartedServer() throws IOException, InterruptedException {
    var options = ControlPlaneOptions.of(store, clock, new Random(SEED), pki);
    controlPlane = ControlPlane.start(options, StartedServer::onFault);
  }

  private static void onFault(RuntimeException fault) {
    throw fault; // Ends the part; whatever waits for it fails in its own test.
  }

  int port() {
    return controlPlane.address().getPort();
  }

  /// The administrator's kubeconfig, with a client certificate.
  String kubeconfig() {
    return kubeconfig(port());
  }

  /// The same, through another port of this machine.
  String kubeconfig(int port) {
    var admin = pki.administrator();
    return through(port)
        .withCertificateUser(CONTEXT, Pem.encode(admin.chain()), Pem.encodeKey(admin))
        .toYaml();
  }

  /// The kubeconfig of whoever shows this token.
  String kubeconfigOf(String token) {
    return through(port()).withTokenUser(CONTEXT, token).toYaml();
  }

  private Kubeconfig through(int port) {
    var authority = Pem.encode(List.of(pki.authority().certificate()));
    return Kubeconfig.empty()
        .withCluster(CONTEXT, "https://127.0.0.1:" + port, authority)
        .withContext(CONTEXT, CONTEXT, CONTEXT)
        .withCurrentContext(CONTEXT);
  }

  /// A name that no other test has.
  String newName(String prefix) {
    return prefix + "-" + names.incrementAndGet();
  }

  /// Forgets all history: whoever resumes a watch from before is told that it is gone.
  void compact() {
    store.compact(store.revision());
  }

  @Override
  public void close() {
    try {
      controlPlane.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      store.close();
      clock.close();
    }
  }
}

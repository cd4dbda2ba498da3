package io.kubejar.standalone.conformance;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.time.Conductor;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.apimachinery.time.SteeredClock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.client.AssembledRuntime;
import io.kubejar.client.ConductedRuntime;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.controlplane.ControlPlaneOptions;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.controlplane.pki.KeyStorage;
import io.kubejar.simulation.nodes.NodeFleet;
import io.kubejar.simulation.nodes.NodeTemplate;
import io.kubejar.simulation.nodes.PodScript;
import io.kubejar.simulation.nodes.PodScripts;
import io.kubejar.storage.MemoryStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// A control plane for tests in which time must pass: its clock runs along with the machine's and
/// can be moved ahead, and every test says what becomes of its pods. Otherwise as
/// [ConformanceCluster].
final class TimedCluster implements AutoCloseable {
  private static final long SEED = 1;
  private static final List<String> NODES = List.of("node-a", "node-b");
  private static final Duration STEP = Duration.ofSeconds(1);

  /// How much may pass until what a test waits for: upstream's tests have at most 15 minutes.
  private static final int STEPS_MAX = 900;

  private final RealClock machine = new RealClock();
  private final SteeredClock clock = SteeredClock.running(machine, machine.instant());
  private final Conductor conductor = new Conductor("timed", clock, TimedCluster::onFault);
  private final MemoryStore store = new MemoryStore(clock);
  private final ClusterPki pki = ClusterPki.open(KeyStorage.inMemory(), clock);
  private final AtomicLong tests = new AtomicLong();
  private final Map<String, PodScripts> scripts = new ConcurrentHashMap<>();
  private final ControlPlane controlPlane;
  private final AssembledRuntime nodes;
  private final NodeFleet fleet;
  private final HttpsClient admin;

  private TimedCluster() throws IOException, InterruptedException {
    var options =
        ControlPlaneOptions.of(store, clock, new Random(SEED), pki)
            .withRuntimes(
                (client, _, random, _) -> new ConductedRuntime(client, conductor, random));
    controlPlane = ControlPlane.start(options, TimedCluster::onFault);
    nodes =
        controlPlane.runtime(
            UserInfo.of("nodes", UserInfo.MASTERS_GROUP), "kubelet", TimedCluster::onFault);
    fleet = NodeFleet.install(nodes, _ -> true, this::script, 1);
    for (var node : NODES) {
      fleet.register(node, NodeTemplate.USUAL);
    }
    nodes.start();
    conductor.start();
    var address = "https://127.0.0.1:" + controlPlane.address().getPort();
    admin = HttpsClient.withCertificate(address, pki.authority(), pki.administrator());
  }

  static TimedCluster start() {
    try {
      return new TimedCluster();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the control plane started", e);
    }
  }

  /// The API for one more test, whose pods run until they are deleted.
  Api newTest() throws IOException, InterruptedException {
    return ConformanceCluster.newNamespace(admin, "timed-" + tests.incrementAndGet());
  }

  /// From now on this becomes of the test's pods.
  void script(Api api, PodScripts pods) {
    scripts.put(api.namespace(), pods);
    fleet.reviewAll();
  }

  private PodScript script(Pod pod) {
    return scripts.getOrDefault(pod.metadata().namespace(), _ -> PodScript.AT_ONCE).of(pod);
  }

  /// The containers exit with this code as soon as they run.
  static PodScript exits(int code) {
    return PodScript.AT_ONCE.withExit(new PodScript.Exit(Duration.ZERO, code, Integer.MAX_VALUE));
  }

  /// Lets this much time pass.
  void pass(Duration time) throws InterruptedException {
    conductor.advance(time);
  }

  /// Lets time pass until the answer is as wanted.
  JsonObject passUntil(Api api, String path, Predicate<JsonObject> wanted)
      throws IOException, InterruptedException {
    for (int step = 0; step < STEPS_MAX; step++) {
      var answer = api.get(path);
      if (wanted.test(answer)) {
        return answer;
      }
      pass(STEP);
    }
    throw new AssertionError("never as wanted: " + api.get(path));
  }

  private static void onFault(RuntimeException fault) {
    throw fault; // Ends the part; whatever waits for it fails in its own test.
  }

  @Override
  public void close() {
    conductor.close();
    try {
      nodes.close();
      controlPlane.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      store.close();
      machine.close();
    }
  }
}

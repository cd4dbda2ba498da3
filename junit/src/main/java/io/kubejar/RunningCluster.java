package io.kubejar;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Conductor;
import io.kubejar.apimachinery.time.SteeredClock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.client.AssembledRuntime;
import io.kubejar.client.Client;
import io.kubejar.client.ConductedRuntime;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.controlplane.ControlPlaneOptions;
import io.kubejar.simulation.nodes.NodeFleet;
import io.kubejar.simulation.nodes.PodScripts;
import io.kubejar.simulation.nodes.ScriptBook;
import io.kubejar.storage.MemoryStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;

/// The parts of a cluster while it runs.
record RunningCluster(
    MemoryStore store,
    Conductor conductor,
    ControlPlane controlPlane,
    AssembledRuntime nodes,
    NodeFleet fleet,
    NodeServers servers,
    ScriptBook scripts) {

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  static RunningCluster start(
      ClusterPlan plan,
      MemoryStore store,
      SteeredClock clock,
      Scenario scenario,
      Consumer<RuntimeException> onFault,
      RequestLog requests,
      ClusterFaults faults)
      throws IOException, InterruptedException {
    var conductor = new Conductor("cluster", clock, onFault);
    var options =
        ControlPlaneOptions.of(store, clock, plan.random(), plan.pki())
            .withListen(new InetSocketAddress(LOOPBACK, plan.port()), List.of(LOOPBACK))
            .withRuntimes(
                (client, _, random, _) ->
                    new ConductedRuntime(client, conductor, skewed(client, clock, faults), random))
            .withControllers(plan.controllers())
            .withAccess(it -> it.withOpen(plan.open()).withAdmission(plan.admission()))
            .withScheduler(plan.scheduler());
    var traffic = new Traffic(store, clock, requests, faults);
    var controlPlane = ControlPlane.start(traffic.through(options), onFault);
    traffic.serves(controlPlane.resources());
    var nodes =
        controlPlane.runtime(
            UserInfo.of(Idleness.NODES, UserInfo.MASTERS_GROUP), "kubelet", onFault);
    var scripts = new ScriptBook(PodScripts.USUAL, scenario.scripts());
    var fleet = NodeFleet.install(nodes, _ -> true, scripts, 1);
    scenario.deadNodes().forEach(fleet::kill);
    var servers = NodeServers.start(plan, fleet, controlPlane);
    for (var node : plan.nodes().entrySet()) {
      fleet.register(node.getKey(), node.getValue().template());
    }
    nodes.start();
    conductor.start(); // Last, so that the first steps do not depend on how fast this thread was.
    return new RunningCluster(store, conductor, controlPlane, nodes, fleet, servers, scripts);
  }

  Scenario scenario() {
    return new Scenario(scripts.entries(), fleet.dead());
  }

  private static Clock skewed(Client client, SteeredClock clock, ClusterFaults faults) {
    boolean ofNodes =
        client instanceof ClientTraffic known && known.caller().user().equals(Idleness.NODES);
    return new SkewedClock(clock, () -> faults.skew(ofNodes));
  }

  Past past() {
    return new Past(store, controlPlane.resources());
  }

  void close() throws InterruptedException {
    conductor.close();
    servers.close();
    nodes.close();
    controlPlane.halt();
    store.close();
  }
}

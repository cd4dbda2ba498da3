package io.kubejar.kubelet;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Service;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Informers;
import io.kubejar.client.ListOptions;
import io.kubejar.cri.ContainerdClient;
import io.kubejar.cri.CriClient;
import io.kubejar.kubelet.env.Environment;
import io.kubejar.kubelet.linux.Host;
import io.kubejar.kubelet.linux.LinuxHost;
import io.kubejar.kubelet.linux.MachineFacts;
import io.kubejar.kubelet.log.LogRotation;
import io.kubejar.kubelet.node.NodeAgent;
import io.kubejar.kubelet.pod.BackOffs;
import io.kubejar.kubelet.runtime.PodRuntime;
import io.kubejar.kubelet.runtime.QosCgroups;
import io.kubejar.kubelet.volume.PodVolumes;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The agent of one node. Closing it leaves the containers running: the next one finds them again.
public final class Kubelet implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Kubelet.class);

  /// How the kubelet sees the cluster.
  ///
  /// @param events records as `kubelet`
  public record Cluster(Client client, Informers informers, Clock clock, EventRecorder events) {}

  private final KubeletOptions options;
  private final CriClient cri;
  private final ContainerdClient containerd;
  private final PodWorkers workers;
  private final RuntimeEvents runtimeEvents;
  private final LogBounds logBounds;
  private final NodeAgent agent;
  private final Optional<NodeServer> server;

  private Kubelet(
      KubeletOptions options,
      CriClient cri,
      ContainerdClient containerd,
      PodWorkers workers,
      RuntimeEvents runtimeEvents,
      LogBounds logBounds,
      NodeAgent agent,
      Optional<NodeServer> server) {
    this.options = options;
    this.cri = cri;
    this.containerd = containerd;
    this.workers = workers;
    this.runtimeEvents = runtimeEvents;
    this.logBounds = logBounds;
    this.agent = agent;
    this.server = server;
  }

  /// Starts on this machine.
  public static Kubelet start(KubeletOptions options, Cluster cluster)
      throws IOException, InterruptedException {
    return start(options, cluster, new LinuxHost());
  }

  static Kubelet start(KubeletOptions options, Cluster cluster, Host host)
      throws IOException, InterruptedException {
    Files.createDirectories(options.places().root().resolve("pods"));
    Files.createDirectories(options.places().podLogs());
    var clock = cluster.clock();
    var facts = MachineFacts.read();
    var cri = CriClient.connect(options.runtimeSocket());
    var containerd = ContainerdClient.connect(options.runtimeSocket(), clock);
    var agent = new NodeAgent(cluster.client(), clock, cri, options, facts);
    var services = cluster.informers().informer(Service.RESOURCE);
    var objects = new ApiObjects(cluster.client(), services, clock);
    var allocatable = agent.allocatable();
    var volumes = new PodVolumes(options, host, objects, allocatable);
    var cgroups = new QosCgroups(host, options.cgroupRoot());
    cgroups.prepare(facts.cpus() * 1000L, facts.memoryBytes());
    var runtime =
        new PodRuntime(
            cri,
            options,
            new Environment(objects, allocatable, options.addresses()),
            volumes,
            new PodRuntime.Surroundings(
                cluster.events(), host, clock, facts.memoryBytes(), cgroups));
    var parts =
        new NodeParts(
            options,
            cluster.client(),
            clock,
            cluster.events(),
            cri,
            runtime,
            volumes,
            new BackOffs());
    var workers = new PodWorkers(parts, objects);
    var runtimeEvents = new RuntimeEvents(containerd, workers, clock, agent::wake);
    var rotation = new LogRotation(cri, clock, LogRotation.Limits.USUAL);
    var logBounds = new LogBounds(workers, rotation, clock);
    Optional<NodeServer> server =
        options.tls().isPresent()
            ? Optional.of(NodeServer.start(options, options.tls().get(), parts, workers))
            : Optional.empty();
    var kubelet =
        new Kubelet(options, cri, containerd, workers, runtimeEvents, logBounds, agent, server);
    kubelet.begin(cluster);
    return kubelet;
  }

  private void begin(Cluster cluster) {
    agent.start(port());
    runtimeEvents.start();
    logBounds.start();
    var ours = ListOptions.ALL.withFieldSelector("spec.nodeName=" + options.nodeName());
    var pods = cluster.informers().informer(Pod.RESOURCE, ours);
    // Containers are told of the Services at their start, so those must be known before.
    cluster.informers().informer(Service.RESOURCE).onSynced(() -> pods.addHandler(workers));
    pods.onSynced(() -> Thread.ofVirtual().name("orphans").start(this::removeOrphans));
    log.info("kubelet node={} runs port={}", options.nodeName(), port());
  }

  private void removeOrphans() {
    try {
      workers.removeOrphans();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      log.error("what earlier pods left is not removed", e);
    }
  }

  /// Where the node's server listens; the usual port when there is none.
  public int port() {
    return server.map(NodeServer::port).orElse(options.listen().getPort());
  }

  /// The node's name.
  public String nodeName() {
    return options.nodeName();
  }

  @Override
  public void close() {
    server.ifPresent(NodeServer::close);
    runtimeEvents.close();
    logBounds.close();
    agent.close();
    workers.close();
    containerd.close();
    cri.close();
  }
}

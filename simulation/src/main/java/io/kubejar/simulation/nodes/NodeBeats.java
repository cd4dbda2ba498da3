package io.kubejar.simulation.nodes;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.coordination.v1.LeaseSpec;
import io.kubejar.api.core.v1.DaemonEndpoint;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeAddress;
import io.kubejar.api.core.v1.NodeCondition;
import io.kubejar.api.core.v1.NodeDaemonEndpoints;
import io.kubejar.api.core.v1.NodeStatus;
import io.kubejar.api.core.v1.NodeSystemInfo;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.client.Client;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.simulation.stages.StageFunctions;
import io.kubejar.simulation.stages.StagePlayer;
import io.kubejar.simulation.stages.Stages;
import io.kubejar.simulation.template.Function;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/// Renews the leases of nodes, and says that they are ready when they do not say so.
final class NodeBeats {
  private static final String LEASES = "kube-node-lease";
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final int LEASE_SECONDS = 40;

  private static final List<String> TYPES =
      List.of("MemoryPressure", "DiskPressure", "PIDPressure", "Ready");

  /// What a kubelet says of itself, and what it says when all is well.
  private static final Map<String, List<String>> CONDITIONS =
      Map.of(
          "MemoryPressure",
              List.of(
                  "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
          "DiskPressure",
              List.of("False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
          "PIDPressure",
              List.of("False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
          "Ready", List.of("True", "KubeletReady", "kubelet is posting ready status"));

  private final Client client;
  private final InstantSource clock;
  private final Informer<Node> nodes;
  private final Predicate<String> alive;
  private final Stages stages;
  private final StagePlayer<Node> player;
  private final IntSupplier port;

  /// When each node last renewed its lease: changes of the node are no reason to do it sooner.
  private final Map<String, Instant> renewed = new ConcurrentHashMap<>();

  /// @param stages if they speak of nodes, they say what a node is like; its lease is renewed
  ///   anyway
  /// @param port where kubelets listen; 0 if none does
  NodeBeats(
      ComponentRuntime runtime,
      Informer<Node> nodes,
      Predicate<String> alive,
      Stages stages,
      IntSupplier port) {
    this.client = runtime.client();
    this.clock = runtime.clock();
    this.nodes = nodes;
    this.alive = alive;
    this.stages = stages;
    this.port = port;
    player = new StagePlayer<>(Node.RESOURCE, stages, runtime, this::functions);
  }

  Outcome reconcile(ObjectKey key) throws InterruptedException {
    var node = nodes.find(key);
    if (node.isEmpty() || !alive.test(key.name())) {
      renewed.remove(key.name());
      player.forget(key);
      return Outcome.done();
    }
    var left = beat(node.get());
    if (!stages.govern("Node")) {
      if (!isWell(node.get()) || !saysWhere(node.get())) {
        client.updateStatus(Node.RESOURCE, node.get().withStatus(status(node.get())));
      }
      return Outcome.checkAgain(left, "the next heartbeat");
    }
    return player.play(node.get()) instanceof Outcome.CheckAgain stage
            && stage.after().compareTo(left) < 0
        ? stage
        : Outcome.checkAgain(left, "the next heartbeat");
  }

  /// Renews the lease if it is time to, and tells how long it is until the next time.
  private Duration beat(Node node) throws InterruptedException {
    var name = node.metadata().name();
    var now = clock.instant();
    var last = renewed.get(name);
    if (last == null || !last.plus(INTERVAL).isAfter(now)) {
      renew(node, now);
      renewed.put(name, now);
      return INTERVAL;
    }
    return Duration.between(now, last.plus(INTERVAL));
  }

  /// What templates of stages may ask about a node.
  private Map<String, Function> functions(Node node, Instant now) {
    var conditions = new ArrayList<JsonObject>();
    for (var type : TYPES) {
      var good = CONDITIONS.getOrDefault(type, List.of("", "", ""));
      conditions.add(
          JsonObject.of("type", new JsonString(type))
              .with("status", new JsonString(good.get(0)))
              .with("reason", new JsonString(good.get(1)))
              .with("message", new JsonString(good.get(2))));
    }
    return new StageFunctions(
            now,
            node.metadata().name(),
            NodeFleet.ADDRESS,
            port.getAsInt(),
            conditions,
            () -> NodeFleet.ADDRESS)
        .all();
  }

  private void renew(Node node, Instant now) throws InterruptedException {
    var key = new ObjectKey(LEASES, node.metadata().name());
    var spec =
        LeaseSpec.EMPTY
            .withHolderIdentity(key.name())
            .withLeaseDurationSeconds(LEASE_SECONDS)
            .withRenewTime(now);
    var lease = client.find(Lease.RESOURCE, key);
    if (lease.isPresent()) {
      client.update(Lease.RESOURCE, lease.get().withSpec(spec));
      return;
    }
    var owner =
        OwnerReference.EMPTY
            .withApiVersion("v1")
            .withKind("Node")
            .withName(key.name())
            .withUid(node.metadata().uid());
    var metadata =
        ObjectMeta.EMPTY
            .withNamespace(LEASES)
            .withName(key.name())
            .withOwnerReferences(List.of(owner));
    client.create(Lease.RESOURCE, Lease.EMPTY.withMetadata(metadata).withSpec(spec));
  }

  private static boolean isWell(Node node) {
    return CONDITIONS.entrySet().stream()
        .allMatch(
            wanted ->
                node.status().conditions().stream()
                    .anyMatch(
                        it ->
                            it.type().equals(wanted.getKey())
                                && it.status().equals(wanted.getValue().getFirst())));
  }

  private NodeStatus status(Node node) {
    var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    var known = node.status();
    var capacity = known.capacity().isEmpty() ? NodeTemplate.USUAL.capacity() : known.capacity();
    return known.toBuilder()
        .capacity(capacity)
        .allocatable(known.allocatable().isEmpty() ? capacity : known.allocatable())
        .addresses(
            List.of(
                NodeAddress.EMPTY.withType("InternalIP").withAddress(NodeFleet.ADDRESS),
                NodeAddress.EMPTY.withType("Hostname").withAddress(node.metadata().name())))
        .daemonEndpoints(endpoints(known))
        .conditions(conditions(known.conditions(), now))
        .nodeInfo(
            known.nodeInfo().equals(NodeSystemInfo.EMPTY)
                ? NodeSystemInfo.EMPTY
                    .withOperatingSystem("linux")
                    .withArchitecture("amd64")
                    .withOsImage("simulated")
                    .withContainerRuntimeVersion("simulated://1.0.0")
                    .withKubeletVersion("v1.36.0")
                : known.nodeInfo())
        .build();
  }

  private boolean saysWhere(Node node) {
    return endpoints(node.status()).equals(node.status().daemonEndpoints());
  }

  /// What nobody answers for stays as it is.
  private NodeDaemonEndpoints endpoints(NodeStatus known) {
    int current = port.getAsInt();
    return current == 0
        ? known.daemonEndpoints()
        : NodeDaemonEndpoints.EMPTY.withKubeletEndpoint(DaemonEndpoint.EMPTY.withPort(current));
  }

  private static List<NodeCondition> conditions(List<NodeCondition> before, Instant now) {
    var all = new ArrayList<NodeCondition>();
    for (var type : TYPES) {
      var good = CONDITIONS.getOrDefault(type, List.of("", "", ""));
      all.add(
          NodeCondition.EMPTY
              .withType(type)
              .withStatus(good.get(0))
              .withReason(good.get(1))
              .withMessage(good.get(2))
              .withLastHeartbeatTime(now)
              .withLastTransitionTime(now));
    }
    before.stream().filter(it -> !CONDITIONS.containsKey(it.type())).forEach(all::add);
    return all;
  }
}

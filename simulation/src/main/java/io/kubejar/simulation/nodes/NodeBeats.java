package io.kubejar.simulation.nodes;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.coordination.v1.LeaseSpec;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeAddress;
import io.kubejar.api.core.v1.NodeCondition;
import io.kubejar.api.core.v1.NodeStatus;
import io.kubejar.api.core.v1.NodeSystemInfo;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.client.Client;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// Renews the leases of nodes, and says that they are ready when they do not say so.
final class NodeBeats {
  private static final String LEASES = "kube-node-lease";
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final int LEASE_SECONDS = 40;

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

  /// When each node last renewed its lease: changes of the node are no reason to do it sooner.
  private final Map<String, Instant> renewed = new ConcurrentHashMap<>();

  NodeBeats(Client client, InstantSource clock, Informer<Node> nodes, Predicate<String> alive) {
    this.client = client;
    this.clock = clock;
    this.nodes = nodes;
    this.alive = alive;
  }

  Outcome reconcile(ObjectKey key) throws InterruptedException {
    var node = nodes.find(key);
    if (node.isEmpty() || !alive.test(key.name())) {
      renewed.remove(key.name());
      return Outcome.done();
    }
    if (!isWell(node.get())) {
      client.updateStatus(Node.RESOURCE, node.get().withStatus(status(node.get())));
    }
    var now = clock.instant();
    var last = renewed.get(key.name());
    if (last == null || !last.plus(INTERVAL).isAfter(now)) {
      renew(node.get(), now);
      renewed.put(key.name(), now);
      return Outcome.checkAgain(INTERVAL, "the next heartbeat");
    }
    return Outcome.checkAgain(Duration.between(now, last.plus(INTERVAL)), "the next heartbeat");
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

  private static List<NodeCondition> conditions(List<NodeCondition> before, Instant now) {
    var all = new ArrayList<NodeCondition>();
    for (var type : List.of("MemoryPressure", "DiskPressure", "PIDPressure", "Ready")) {
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

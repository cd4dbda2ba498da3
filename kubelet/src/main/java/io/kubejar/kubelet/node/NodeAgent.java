package io.kubejar.kubelet.node;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.coordination.v1.LeaseSpec;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeCondition;
import io.kubejar.api.core.v1.NodeSpec;
import io.kubejar.api.core.v1.NodeStatus;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.client.Client;
import io.kubejar.cri.CriClient;
import io.kubejar.cri.CriException;
import io.kubejar.cri.runtime.v1.Image;
import io.kubejar.kubelet.KubeletOptions;
import io.kubejar.kubelet.linux.MachineFacts;
import io.kubejar.kubelet.network.CniConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Registers the node, tells its status when it changes (and every five minutes when it does not),
/// and renews its lease.
public final class NodeAgent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeAgent.class);
  private static final Duration LOOK = Duration.ofSeconds(10);
  private static final Duration REPORT = Duration.ofMinutes(5);
  private static final Duration RENEW = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final int LEASE_SECONDS = 40;
  private static final String LEASES = "kube-node-lease";

  private final Client client;
  private final Clock clock;
  private final CriClient cri;
  private final KubeletOptions options;
  private final MachineFacts facts;
  private final Semaphore news = new Semaphore(0);
  private final Thread statusThread = Thread.ofVirtual().name("node-status").unstarted(this::tell);
  private final Thread leaseThread = Thread.ofVirtual().name("node-lease").unstarted(this::renew);

  private volatile int port;
  private volatile boolean networkWritten;
  private @Nullable Instant reported;
  private @Nullable Node node;

  public NodeAgent(
      Client client, Clock clock, CriClient cri, KubeletOptions options, MachineFacts facts) {
    this.client = client;
    this.clock = clock;
    this.cri = cri;
    this.options = options;
    this.facts = facts;
  }

  /// Begins to report; `port` is where the node's server listens.
  public void start(int port) {
    this.port = port;
    statusThread.start();
    leaseThread.start();
    news.release();
  }

  /// Looks at once instead of at the next time.
  public void wake() {
    news.release();
  }

  private void tell() {
    try {
      while (!Thread.interrupted()) {
        news.acquire();
        news.drainPermits();
        Duration again = LOOK;
        try {
          report();
        } catch (ApiException | IOException e) {
          log.warn("node status is not reported: {}", e.toString());
          again = RETRY;
        }
        clock.schedule(again, news::release);
      }
    } catch (InterruptedException _) {
      log.debug("node status ends");
    }
  }

  private void report() throws InterruptedException, IOException {
    if (node == null) {
      node = register();
    }
    writeNetwork(node);
    var now = clock.instant();
    var status = NodeStatuses.of(node.status(), options, facts, observe(now));
    boolean due = reported == null || !reported.plus(REPORT).isAfter(now);
    if (!due && sameButForTime(status, node.status())) {
      return;
    }
    try {
      node = client.updateStatus(Node.RESOURCE, node.withStatus(status));
      reported = now;
    } catch (ApiException e) {
      node = null; // Somebody wrote it too, or removed it: read it again.
      throw e;
    }
  }

  private static boolean sameButForTime(NodeStatus one, NodeStatus other) {
    return timeless(one).equals(timeless(other));
  }

  private static NodeStatus timeless(NodeStatus status) {
    return status.withConditions(
        status.conditions().stream()
            .map((NodeCondition condition) -> condition.withLastHeartbeatTime(null))
            .toList());
  }

  private NodeStatuses.Observation observe(Instant now) throws InterruptedException, IOException {
    String trouble = "";
    String version = "containerd://unknown";
    List<Image> images = List.of();
    try {
      var runtime = cri.version();
      version = runtime.getRuntimeName() + "://" + runtime.getRuntimeVersion();
      images = cri.listImages();
      for (var condition : cri.status(false).getStatus().getConditionsList()) {
        if (!condition.getStatus()) {
          trouble =
              "container runtime "
                  + (condition.getType().equals("NetworkReady")
                      ? "network not ready: "
                      : "is down: ")
                  + condition.getType()
                  + "=false reason:"
                  + condition.getReason()
                  + " message:"
                  + condition.getMessage();
          // The runtime reads the network configuration soon: look again before long.
          clock.schedule(RETRY, news::release);
        }
      }
    } catch (CriException e) {
      trouble = "container runtime is down: " + e.getMessage();
    }
    return new NodeStatuses.Observation(
        now, trouble, version, images, port, MachineFacts.memoryAvailableBytes(), diskBytes());
  }

  private long diskBytes() throws IOException {
    Files.createDirectories(options.places().root());
    return Files.getFileStore(options.places().root()).getTotalSpace();
  }

  /// What pods may use of this node.
  public Map<String, io.kubejar.apimachinery.Quantity> allocatable() throws IOException {
    return NodeStatuses.allocatable(options, facts, diskBytes());
  }

  private void writeNetwork(Node known) throws IOException {
    if (!networkWritten) {
      String own = known.spec().podCIDR();
      CniConfig.write(options, own.isEmpty() ? options.network().podCidr() : own);
      networkWritten = true;
    }
  }

  private Node register() throws InterruptedException {
    var key = ObjectKey.clusterScoped(options.nodeName());
    var found = client.find(Node.RESOURCE, key);
    if (found.isPresent()) {
      return labelled(found.get());
    }
    var metadata =
        ObjectMeta.builder()
            .name(options.nodeName())
            .labels(labels())
            .annotations(Map.of("volumes.kubernetes.io/controller-managed-attach-detach", "true"))
            .build();
    var spec =
        NodeSpec.EMPTY.toBuilder()
            .taints(options.taints())
            .podCIDR(options.network().podCidr())
            .podCIDRs(List.of(options.network().podCidr()))
            .build();
    log.info("node={} registers", options.nodeName());
    try {
      return client.create(Node.RESOURCE, new Node(metadata, spec, NodeStatus.EMPTY));
    } catch (ApiException e) {
      if (e.isAlreadyExists()) {
        return client.get(Node.RESOURCE, key);
      }
      throw e;
    }
  }

  private Node labelled(Node found) throws InterruptedException {
    var labels = new LinkedHashMap<>(found.metadata().labels());
    labels.putAll(labels());
    return labels.equals(found.metadata().labels())
        ? found
        : client.update(Node.RESOURCE, found.withMetadata(found.metadata().withLabels(labels)));
  }

  private Map<String, String> labels() {
    var labels = new LinkedHashMap<String, String>();
    labels.put("beta.kubernetes.io/arch", facts.architecture());
    labels.put("beta.kubernetes.io/os", "linux");
    labels.put("kubernetes.io/arch", facts.architecture());
    labels.put("kubernetes.io/hostname", options.nodeName());
    labels.put("kubernetes.io/os", "linux");
    labels.putAll(options.labels());
    return labels;
  }

  private void renew() {
    try {
      Lease lease = null;
      while (!Thread.interrupted()) {
        try {
          lease = renewed(lease);
        } catch (ApiException e) {
          log.warn("node lease is not renewed: {}", e.getMessage());
          lease = null;
          io.kubejar.kubelet.probe.Waiting.on(clock, Duration.ofSeconds(1));
          continue;
        }
        io.kubejar.kubelet.probe.Waiting.on(clock, RENEW);
      }
    } catch (InterruptedException _) {
      log.debug("node lease ends");
    }
  }

  private Lease renewed(@Nullable Lease known) throws InterruptedException {
    var key = new ObjectKey(LEASES, options.nodeName());
    var base = known != null ? known : client.find(Lease.RESOURCE, key).orElse(null);
    var spec =
        (base == null ? LeaseSpec.EMPTY : base.spec())
            .toBuilder()
                .holderIdentity(options.nodeName())
                .leaseDurationSeconds(LEASE_SECONDS)
                .renewTime(clock.instant())
                .build();
    if (base != null) {
      return client.update(Lease.RESOURCE, base.withSpec(spec));
    }
    var metadata = ObjectMeta.builder().namespace(LEASES).name(options.nodeName());
    client
        .find(Node.RESOURCE, ObjectKey.clusterScoped(options.nodeName()))
        .ifPresent(
            owner ->
                metadata.ownerReferences(
                    List.of(
                        OwnerReference.builder()
                            .apiVersion("v1")
                            .kind("Node")
                            .name(options.nodeName())
                            .uid(owner.metadata().uid())
                            .build())));
    return client.create(Lease.RESOURCE, new Lease(metadata.build(), spec));
  }

  @Override
  public void close() {
    statusThread.interrupt();
    leaseThread.interrupt();
  }
}

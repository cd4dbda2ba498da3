package io.kubejar.simulation;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.coordination.v1.LeaseSpec;
import io.kubejar.api.core.v1.ContainerState;
import io.kubejar.api.core.v1.ContainerStateRunning;
import io.kubejar.api.core.v1.ContainerStateWaiting;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeCondition;
import io.kubejar.api.core.v1.NodeStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.api.core.v1.PodIP;
import io.kubejar.api.core.v1.PodStatus;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.client.Client;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// A node without containers: pods bound to it run and are ready at once, unless they are marked
/// [#UNREADY], and end as soon as they are asked to. A pod whose host port is in use is refused;
/// those with an image of the tag [#NO_IMAGE] wait for it for ever.
public final class SimulatedKubelet {
  /// The end of an image's name that no registry has.
  public static final String NO_IMAGE = ":nonexistent";

  /// A pod with this annotation, whatever its value, runs but is not ready, as one whose probe
  /// fails.
  public static final String UNREADY = "simulation.kubejar.io/unready";

  /// More than a machine takes: tests leave their pods behind.
  private static final String CAPACITY_PODS = "500";

  private static final List<String> OWN_CONDITIONS =
      List.of("Initialized", "ContainersReady", "Ready");

  private final Client client;
  private final InstantSource clock;
  private final String name;
  private int addresses;

  /// The pods that it lets run. Remembered, because its cache may not show yet what it has written.
  private final Map<ObjectKey, Pod> admitted = new HashMap<>();

  private SimulatedKubelet(Client client, InstantSource clock, String name) {
    this.client = client;
    this.clock = clock;
    this.name = name;
  }

  /// Registers the node and leaves its loop with the runtime.
  public static void install(ComponentRuntime runtime, String name) throws InterruptedException {
    var kubelet = new SimulatedKubelet(runtime.client(), runtime.clock(), name);
    kubelet.register();
    var pods =
        runtime
            .informers()
            .informer(Pod.RESOURCE, ListOptions.ALL.withFieldSelector("spec.nodeName=" + name));
    runtime
        .controller(
            "kubelet/" + name,
            1,
            key -> {
              var pod = pods.find(key);
              if (pod.isPresent()) {
                kubelet.sync(pod.get());
              } else {
                kubelet.admitted.remove(key);
              }
              return Outcome.done();
            })
        .watches(pods);
    runtime.add("heartbeat/" + name, new Heartbeat(kubelet, runtime.clock()));
  }

  private void register() throws InterruptedException {
    var labels = Map.of("kubernetes.io/hostname", name);
    var node = Node.EMPTY.withMetadata(ObjectMeta.EMPTY.withName(name).withLabels(labels));
    client.create(Node.RESOURCE, node); // The first heartbeat says that it is ready.
  }

  private void report(Node node) throws InterruptedException {
    var amounts =
        Map.of(
            "cpu", Quantity.parse("64"),
            "memory", Quantity.parse("256Gi"),
            "pods", Quantity.parse(CAPACITY_PODS));
    var ready =
        NodeCondition.EMPTY
            .withType("Ready")
            .withStatus("True")
            .withReason("KubeletReady")
            .withLastHeartbeatTime(now())
            .withLastTransitionTime(now());
    var status =
        NodeStatus.EMPTY
            .withCapacity(amounts)
            .withAllocatable(amounts)
            .withConditions(List.of(ready));
    client.updateStatus(Node.RESOURCE, node.withStatus(status));
  }

  /// Renews the lease, and says that the node is ready if it does not say so. False if somebody
  /// else was at work on it in the same moment.
  private boolean beat() throws InterruptedException {
    try {
      var key = new ObjectKey("kube-node-lease", name);
      var lease = client.find(Lease.RESOURCE, key);
      var spec =
          LeaseSpec.EMPTY
              .withHolderIdentity(name)
              .withLeaseDurationSeconds(40)
              .withRenewTime(clock.instant());
      if (lease.isPresent()) {
        client.update(Lease.RESOURCE, lease.get().withSpec(spec));
      } else {
        var metadata = ObjectMeta.EMPTY.withNamespace(key.namespace()).withName(name);
        client.create(Lease.RESOURCE, Lease.EMPTY.withMetadata(metadata).withSpec(spec));
      }
      var node = client.get(Node.RESOURCE, ObjectKey.clusterScoped(name));
      boolean ready =
          node.status().conditions().stream()
              .anyMatch(it -> it.type().equals("Ready") && it.status().equals("True"));
      if (!ready) {
        report(node);
      }
      return true;
    } catch (ApiException refused) {
      if (!refused.isConflict() && !refused.isNotFound()) {
        throw refused;
      }
      return false;
    }
  }

  private void sync(Pod pod) throws InterruptedException {
    try {
      if (pod.metadata().deletionTimestamp() != null) {
        var forced =
            DeleteOptions.EMPTY
                .withGracePeriodSeconds(0L)
                .withPreconditions(Preconditions.EMPTY.withUid(pod.metadata().uid()));
        client.delete(Pod.RESOURCE, ObjectKey.of(pod), forced);
        admitted.remove(ObjectKey.of(pod));
      } else if (lacksImage(pod)) {
        if (pod.status().containerStatuses().isEmpty()) {
          client.updateStatus(Pod.RESOURCE, waiting(pod));
        }
      } else if (pod.status().phase().equals("Pending") && lacksPort(pod)) {
        client.updateStatus(Pod.RESOURCE, pod.withStatus(refused(pod)));
      } else if (!hasEnded(pod)
          && (isReady(pod) != isWell(pod) || pod.status().phase().equals("Pending"))) {
        admitted.put(ObjectKey.of(pod), pod);
        client.updateStatus(Pod.RESOURCE, running(pod));
      }
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
    }
  }

  private boolean lacksPort(Pod pod) {
    var wanted = hostPorts(pod);
    return admitted.entrySet().stream()
        .filter(other -> !other.getKey().equals(ObjectKey.of(pod)))
        .anyMatch(other -> !Collections.disjoint(hostPorts(other.getValue()), wanted));
  }

  /// As `80/TCP`.
  private static Set<String> hostPorts(Pod pod) {
    return pod.spec().containers().stream()
        .flatMap(container -> container.ports().stream())
        .filter(port -> port.hostPort() > 0)
        .map(port -> port.hostPort() + "/" + port.protocol())
        .collect(Collectors.toSet());
  }

  /// As a kubelet refuses a pod that was bound past the scheduler.
  private static PodStatus refused(Pod pod) {
    return pod.status()
        .withPhase("Failed")
        .withReason("NodePorts")
        .withMessage(
            "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the"
                + " requested pod ports");
  }

  private static boolean hasEnded(Pod pod) {
    return Set.of("Succeeded", "Failed").contains(pod.status().phase());
  }

  private static boolean isReady(Pod pod) {
    return pod.status().conditions().stream()
        .anyMatch(it -> it.type().equals("Ready") && it.status().equals("True"));
  }

  private static boolean lacksImage(Pod pod) {
    return pod.spec().containers().stream().anyMatch(it -> it.image().endsWith(NO_IMAGE));
  }

  private static Pod waiting(Pod pod) {
    var why = ContainerStateWaiting.EMPTY.withReason("ErrImagePull");
    var containers =
        pod.spec().containers().stream()
            .map(
                container ->
                    ContainerStatus.EMPTY
                        .withName(container.name())
                        .withImage(container.image())
                        .withStarted(false)
                        .withState(ContainerState.EMPTY.withWaiting(why)))
            .toList();
    return pod.withStatus(pod.status().withContainerStatuses(containers));
  }

  private static boolean isWell(Pod pod) {
    return !pod.metadata().annotations().containsKey(UNREADY);
  }

  private Pod running(Pod pod) {
    boolean well = isWell(pod);
    var known = pod.status().podIP();
    var address = known.isEmpty() ? nextAddress() : known;
    var conditions = new ArrayList<PodCondition>();
    for (var each : pod.status().conditions()) {
      if (!OWN_CONDITIONS.contains(each.type())) {
        conditions.add(each); // Such as the scheduler's.
      }
    }
    for (var type : OWN_CONDITIONS) {
      conditions.add(
          PodCondition.EMPTY
              .withType(type)
              .withStatus(well || type.equals("Initialized") ? "True" : "False")
              .withLastTransitionTime(now()));
    }
    var containers =
        pod.spec().containers().stream()
            .map(
                container ->
                    ContainerStatus.EMPTY
                        .withName(container.name())
                        .withImage(container.image())
                        .withReady(well)
                        .withStarted(true)
                        .withState(
                            ContainerState.EMPTY.withRunning(
                                ContainerStateRunning.EMPTY.withStartedAt(now()))))
            .toList();
    return pod.withStatus(
        pod.status().toBuilder()
            .phase("Running")
            .podIP(address)
            .podIPs(List.of(PodIP.EMPTY.withIp(address)))
            .startTime(now())
            .conditions(conditions)
            .containerStatuses(containers)
            .build());
  }

  /// From a range of the node's own, as far as a name tells nodes apart.
  private String nextAddress() {
    addresses++;
    int range = 128 + (name.hashCode() & 127);
    return "10.%d.%d.%d".formatted(range, addresses / 250, addresses % 250 + 1);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /// Beats every ten seconds.
  private static final class Heartbeat implements Steppable {
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration SOON = Duration.ofMillis(100);

    private final SimulatedKubelet kubelet;
    private final Clock clock;
    private volatile boolean due = true;
    private Runnable wakeUp = () -> {};

    Heartbeat(SimulatedKubelet kubelet, Clock clock) {
      this.kubelet = kubelet;
      this.clock = clock;
    }

    @Override
    public boolean step() throws InterruptedException {
      if (!due) {
        return false;
      }
      due = false;
      clock.schedule(kubelet.beat() ? INTERVAL : SOON, this::fallDue);
      return true;
    }

    @Override
    public void onWork(Runnable wakeUp) {
      this.wakeUp = wakeUp;
    }

    private void fallDue() {
      due = true;
      wakeUp.run();
    }
  }
}

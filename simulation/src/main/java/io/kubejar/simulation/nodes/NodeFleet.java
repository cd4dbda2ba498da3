package io.kubejar.simulation.nodes;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.client.Client;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.simulation.stages.Stages;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// All simulated nodes of a cluster.
///
/// Safe for use by many threads.
public final class NodeFleet {
  /// Where all simulated nodes are reached.
  static final String ADDRESS = "127.0.0.1";

  private final Client client;
  private final Clock clock;
  private final PodScripts scripts;
  private final Predicate<Node> managed;
  private final Informer<Node> nodes;
  private final Informer<Pod> pods;
  private final Set<String> dead = ConcurrentHashMap.newKeySet();
  private final Controller nodeController;
  private final Controller podController;
  private final Map<ObjectKey, Set<Runnable>> listeners = new ConcurrentHashMap<>();
  private volatile int port;

  private NodeFleet(
      ComponentRuntime runtime, Predicate<Node> managed, PodScripts scripts, int workers) {
    client = runtime.client();
    clock = runtime.clock();
    this.scripts = scripts;
    nodes = runtime.informers().informer(Node.RESOURCE);
    pods = runtime.informers().informer(Pod.RESOURCE);
    this.managed = managed;
    Predicate<String> alive = name -> isAlive(name, managed);
    var stages = Stages.follow(runtime, this::reviewEverything);
    var beats = new NodeBeats(runtime, nodes, alive, stages, () -> port);
    nodeController = runtime.controller("simulated-nodes", workers, beats::reconcile);
    nodeController.watches(nodes);
    var lives = new PodLives(runtime, pods, scripts, alive, stages);
    podController = runtime.controller("simulated-pods", workers, lives::reconcile);
    podController.requires(nodes).watches(pods);
    nodes.addHandler(InformerHandler.keys(key -> review(key.name())));
    pods.addHandler(InformerHandler.keys(this::tell));
    pods.addIndex(PodLives.BY_NODE, pod -> Set.of(pod.spec().nodeName()));
  }

  /// Leaves a fleet with the runtime.
  ///
  /// @param managed which nodes are simulated
  /// @param workers how many pods, and how many nodes, are looked after at once
  public static NodeFleet install(
      ComponentRuntime runtime, Predicate<Node> managed, PodScripts scripts, int workers) {
    return new NodeFleet(runtime, managed, scripts, workers);
  }

  /// Adds a node, unless there is one of this name.
  public void register(String name, NodeTemplate template) throws InterruptedException {
    try {
      client.create(Node.RESOURCE, template.node(name));
    } catch (ApiException refused) {
      if (!refused.isAlreadyExists()) {
        throw refused;
      }
    }
  }

  /// The node falls silent: it renews no lease, and nothing becomes of its pods.
  public void kill(String name) {
    dead.add(name);
  }

  /// The node comes back and catches up.
  public void revive(String name) {
    dead.remove(name);
    nodeController.enqueue(ObjectKey.clusterScoped(name));
    review(name);
  }

  /// The nodes that are silent, among them such as do not exist yet.
  public Set<String> dead() {
    return Set.copyOf(dead);
  }

  /// Looks at every pod again, because scripts have changed.
  public void reviewAll() {
    pods.list().forEach(pod -> podController.enqueue(ObjectKey.of(pod)));
    listeners.keySet().forEach(this::tell);
  }

  /// The port on the loopback where all nodes say that their kubelet listens, once somebody does.
  public void reachedAt(int port) {
    this.port = port;
  }

  public Clock clock() {
    return clock;
  }

  /// All living nodes.
  public List<Node> nodes() {
    return nodes.list().stream().filter(node -> isAlive(node.metadata().name(), managed)).toList();
  }

  /// All pods on living nodes.
  public List<Pod> pods() {
    return pods.list().stream().filter(pod -> isAlive(pod.spec().nodeName(), managed)).toList();
  }

  /// The pod, if its node lives.
  public Optional<Pod> pod(ObjectKey key) {
    return pods.find(key).filter(pod -> isAlive(pod.spec().nodeName(), managed));
  }

  public PodScript script(Pod pod) {
    return scripts.of(pod);
  }

  /// Tells when this pod or the scripts change, until the result is closed. The listener is quick.
  public Listening onChange(ObjectKey pod, Runnable listener) {
    listeners.compute(
        pod,
        (_, known) -> {
          Set<Runnable> all = known == null ? ConcurrentHashMap.newKeySet() : known;
          all.add(listener);
          return all;
        });
    return () ->
        listeners.computeIfPresent(
            pod,
            (_, all) -> {
              all.remove(listener);
              return all.isEmpty() ? null : all;
            });
  }

  /// Ends with [#close].
  @FunctionalInterface
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  private void tell(ObjectKey pod) {
    listeners.getOrDefault(pod, Set.of()).forEach(Runnable::run);
  }

  private void reviewEverything() {
    nodes.list().forEach(node -> nodeController.enqueue(ObjectKey.of(node)));
    pods.list().forEach(pod -> podController.enqueue(ObjectKey.of(pod)));
  }

  private void review(String node) {
    pods.byIndex(PodLives.BY_NODE, node).forEach(pod -> podController.enqueue(ObjectKey.of(pod)));
  }

  private boolean isAlive(String name, Predicate<Node> managed) {
    return !dead.contains(name)
        && nodes.find(ObjectKey.clusterScoped(name)).filter(managed).isPresent();
  }
}

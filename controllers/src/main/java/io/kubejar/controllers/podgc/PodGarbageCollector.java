package io.kubejar.controllers.podgc;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Client;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import io.kubejar.controllers.pods.Disruption;
import io.kubejar.controllers.pods.PodDeletions;
import io.kubejar.controllers.pods.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/// Looks at a pod when it changes, and at the pods of a node when that goes.
public final class PodGarbageCollector implements Component {
  /// As upstream's default.
  public static final int TERMINATED_MAX = 12_500;

  /// A node that is missing may only be unknown to the cache yet.
  private static final Duration QUARANTINE = Duration.ofSeconds(40);

  private static final String BY_NODE = "node";
  private static final String BY_END = "ended";
  private static final String ENDED = "true";

  private final int terminatedMax;

  public PodGarbageCollector() {
    this(TERMINATED_MAX);
  }

  /// @param terminatedMax how many pods that have ended are kept
  public PodGarbageCollector(int terminatedMax) {
    this.terminatedMax = terminatedMax;
  }

  @Override
  public String name() {
    return "pod-garbage-collector-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var nodes = runtime.informers().informer(Node.RESOURCE);
    var pods = runtime.informers().informer(Pod.RESOURCE);
    pods.addIndex(BY_NODE, pod -> List.of(pod.spec().nodeName()));
    pods.addIndex(BY_END, pod -> PodStates.isTerminal(pod) ? List.of(ENDED) : List.of());
    var reconciler = new Collect(runtime.client(), nodes, pods, runtime.clock(), terminatedMax);
    var controller = runtime.controller(name(), 1, reconciler).watches(pods).requires(nodes);
    nodes.addHandler(new NodeEnds(pods, controller));
  }

  private record NodeEnds(Informer<Pod> pods, Controller controller)
      implements InformerHandler<Node> {
    @Override
    public void onAdd(Node node) {
      // Nothing is orphaned by a node that comes.
    }

    @Override
    public void onUpdate(Node before, Node now) {
      // Nor by one that changes.
    }

    @Override
    public void onDelete(Node node) {
      pods.byIndex(BY_NODE, node.metadata().name())
          .forEach(pod -> controller.enqueueAfter(ObjectKey.of(pod), QUARANTINE));
    }
  }

  private record Collect(
      Client client,
      Informer<Node> nodes,
      Informer<Pod> pods,
      InstantSource clock,
      int terminatedMax)
      implements Reconciler {

    @Override
    public Outcome reconcile(ObjectKey key) throws InterruptedException {
      var found = pods.find(key);
      if (found.isEmpty()) {
        return Outcome.done();
      }
      var pod = found.get();
      if (pod.spec().nodeName().isEmpty()) {
        if (PodStates.isBeingDeleted(pod)) {
          force(pod, "PodGC: deleting the pod, it was never bound to a node");
        }
        return Outcome.done();
      }
      if (nodes.find(node(pod)).isEmpty()) {
        return collectOrphan(pod);
      }
      if (PodStates.isTerminal(pod)) {
        dropOldest();
      }
      return Outcome.done();
    }

    private static ObjectKey node(Pod pod) {
      return ObjectKey.clusterScoped(pod.spec().nodeName());
    }

    private Outcome collectOrphan(Pod pod) throws InterruptedException {
      var created = Objects.requireNonNullElse(pod.metadata().creationTimestamp(), Instant.EPOCH);
      var age = Duration.between(created, clock.instant());
      if (age.compareTo(QUARANTINE) < 0) {
        return Outcome.checkAgain(QUARANTINE.minus(age), "its node may appear yet");
      }
      // Asked of the server: the cache may be behind, and this cannot be undone.
      if (client.find(Node.RESOURCE, node(pod)).isEmpty()) {
        force(pod, "PodGC: node no longer exists");
      }
      return Outcome.done();
    }

    private void dropOldest() throws InterruptedException {
      var ended = pods.byIndex(BY_END, ENDED);
      if (ended.size() <= terminatedMax) {
        return;
      }
      var oldest =
          ended.stream()
              .sorted(
                  Comparator.comparing(
                      pod ->
                          Objects.requireNonNullElse(
                              pod.metadata().creationTimestamp(), Instant.EPOCH)))
              .limit(ended.size() - terminatedMax)
              .toList();
      for (var pod : oldest) {
        force(pod, "");
      }
    }

    private void force(Pod pod, String why) throws InterruptedException {
      try {
        if (!PodStates.isTerminal(pod)) {
          Disruption.markFailed(client, pod, "DeletionByPodGC", why, clock.instant());
        }
        PodDeletions.force(client, pod);
      } catch (ApiException refused) {
        if (!refused.isNotFound()) {
          throw refused;
        }
      }
    }
  }
}

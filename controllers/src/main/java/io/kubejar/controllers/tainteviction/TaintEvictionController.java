package io.kubejar.controllers.tainteviction;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Client;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.EventRecorder;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Looks at a pod when it is bound or changed, and at all pods of a node whose taints change. The
/// key is the pod's.
public final class TaintEvictionController implements Component {
  private static final String BY_NODE = "node";
  private static final int WORKERS = 8;

  @Override
  public String name() {
    return "taint-eviction-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var nodes = runtime.informers().informer(Node.RESOURCE);
    var pods = runtime.informers().informer(Pod.RESOURCE);
    pods.addIndex(BY_NODE, pod -> List.of(pod.spec().nodeName()));
    var reconciler =
        new Evict(
            runtime.client(),
            nodes,
            pods,
            runtime.events(name()),
            runtime.clock(),
            new ConcurrentHashMap<>());
    var controller = runtime.controller(name(), WORKERS, reconciler).watches(pods).requires(nodes);
    nodes.addHandler(new TaintChanges(pods, controller));
  }

  private record TaintChanges(Informer<Pod> pods, Controller controller)
      implements InformerHandler<Node> {
    @Override
    public void onAdd(Node node) {
      pods.byIndex(BY_NODE, node.metadata().name())
          .forEach(pod -> controller.enqueue(ObjectKey.of(pod)));
    }

    @Override
    public void onUpdate(Node before, Node now) {
      if (!before.spec().taints().equals(now.spec().taints())) {
        onAdd(now);
      }
    }

    @Override
    public void onDelete(Node node) {
      // The pod garbage collector takes its pods.
    }
  }

  /// @param seen the pods that have to go; none stays here after it has gone
  private record Evict(
      Client client,
      Informer<Node> nodes,
      Informer<Pod> pods,
      EventRecorder events,
      InstantSource clock,
      Map<ObjectKey, Seen> seen)
      implements Reconciler {

    /// When a pod that has to go was first seen so.
    record Seen(String uid, Instant at) {}

    @Override
    public Outcome reconcile(ObjectKey key) throws InterruptedException {
      var found = pods.find(key);
      if (found.isEmpty()
          || found.get().spec().nodeName().isEmpty()
          || PodStates.isBeingDeleted(found.get())) {
        seen.remove(key);
        return Outcome.done();
      }
      var pod = found.get();
      var node = nodes.find(ObjectKey.clusterScoped(pod.spec().nodeName()));
      var now = clock.instant();
      var since = firstSeen(key, pod, now);
      var due = node.flatMap(it -> Eviction.dueAt(pod, it.spec().taints(), since));
      if (due.isEmpty()) {
        seen.remove(key);
        return Outcome.done();
      }
      seen.put(key, new Seen(pod.metadata().uid(), since));
      if (now.isBefore(due.get())) {
        return Outcome.checkAgain(Duration.between(now, due.get()), "tolerates for a time");
      }
      events.normal(pod, "TaintManagerEviction", "Marking for deletion Pod " + key);
      try {
        Disruption.mark(
            client,
            pod,
            "DeletionByTaintManager",
            "Taint manager: deleting due to NoExecute taint",
            now);
        PodDeletions.delete(client, pod);
      } catch (ApiException refused) {
        if (!refused.isNotFound()) {
          throw refused;
        }
      }
      return Outcome.done();
    }

    private Instant firstSeen(ObjectKey key, Pod pod, Instant now) {
      var known = seen.get(key);
      return known != null && known.uid().equals(pod.metadata().uid()) ? known.at() : now;
    }
  }
}

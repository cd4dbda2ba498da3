package io.kubejar.controllers.nodelifecycle;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.InformerHandler;
import io.kubejar.client.ListOptions;
import java.time.Duration;
import java.util.List;

/// Looks at a node when it or its lease changes, and when it has been silent for too long.
public final class NodeLifecycleController implements Component {
  /// As upstream since 1.32.
  public static final Duration GRACE = Duration.ofSeconds(50);

  private static final int WORKERS = 4;

  private final Duration grace;

  public NodeLifecycleController() {
    this(GRACE);
  }

  /// @param grace how long a node may be silent
  public NodeLifecycleController(Duration grace) {
    this.grace = grace;
  }

  @Override
  public String name() {
    return "node-lifecycle-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var informers = runtime.informers();
    var nodes = informers.informer(Node.RESOURCE);
    var pods = informers.informer(Pod.RESOURCE);
    var leases = informers.informer(Lease.RESOURCE, ListOptions.inNamespace(NodeReconciler.LEASES));
    pods.addIndex(NodeReconciler.BY_NODE, pod -> List.of(pod.spec().nodeName()));
    var events = runtime.events("node-controller");
    var reconciler =
        new NodeReconciler(
            runtime.client(), nodes, leases, pods, new NodeHealth(grace), events, runtime.clock());
    var controller =
        runtime.controller(name(), WORKERS, reconciler).watches(nodes).requires(leases, pods);
    leases.addHandler(
        InformerHandler.changes(
            lease -> controller.enqueue(ObjectKey.clusterScoped(lease.metadata().name()))));
    nodes.addHandler(new Announce(events));
  }

  /// Says which nodes come and go.
  private record Announce(EventRecorder events) implements InformerHandler<Node> {
    @Override
    public void onAdd(Node node) {
      var name = node.metadata().name();
      events.normal(
          node,
          "RegisteredNode",
          "Node %s event: Registered Node %s in Controller".formatted(name, name));
    }

    @Override
    public void onUpdate(Node before, Node now) {
      // Its conditions are the reconciler's business.
    }

    @Override
    public void onDelete(Node node) {
      var name = node.metadata().name();
      events.normal(
          node,
          "RemovingNode",
          "Node %s event: Removing Node %s from Controller".formatted(name, name));
    }
  }
}

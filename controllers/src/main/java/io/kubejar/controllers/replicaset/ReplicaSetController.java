package io.kubejar.controllers.replicaset;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Expectations;
import io.kubejar.controllers.pods.OwnedPods;
import io.kubejar.controllers.pods.UncertainWrites;

/// Looks at a ReplicaSet, or at a ReplicationController, when it or one of its pods changes.
public final class ReplicaSetController<O extends KubernetesObject> implements Component {
  private static final int WORKERS = 5;

  private final String name;
  private final ReplicaKind<O> kind;

  private ReplicaSetController(String name, ReplicaKind<O> kind) {
    this.name = name;
    this.kind = kind;
  }

  public static Component forReplicaSets() {
    return new ReplicaSetController<>("replicaset-controller", ReplicaKind.REPLICA_SETS);
  }

  public static Component forReplicationControllers() {
    return new ReplicaSetController<>(
        "replicationcontroller-controller", ReplicaKind.REPLICATION_CONTROLLERS);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var replicaSets = runtime.informers().informer(kind.type());
    var pods = runtime.informers().informer(Pod.RESOURCE);
    var expectations = new Expectations(runtime.clock());
    var reconciler =
        new ReplicaSetReconciler<>(
            kind,
            runtime.client(),
            replicaSets,
            pods,
            expectations,
            new UncertainWrites(runtime.client(), pods),
            runtime.events(name()),
            runtime.together(),
            runtime.clock());
    var controller =
        runtime.controller(name(), WORKERS, reconciler).watches(replicaSets).requires(pods);
    pods.addHandler(
        new OwnedPods<>(
            kind.type(),
            replicaSets,
            set -> LabelSelectors.of(kind.view().apply(set).spec().selector()),
            set -> kind.view().apply(set).spec().minReadySeconds(),
            expectations,
            controller));
  }
}

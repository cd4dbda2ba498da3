package io.kubejar.controllers.replicaset;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.Expectations;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.controllers.ownership.ControllerRefs;
import io.kubejar.controllers.pods.PodStates;
import java.time.Duration;
import java.util.Optional;

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
    pods.addHandler(new PodHandler<>(kind, replicaSets, expectations, controller));
  }

  /// Finds the ReplicaSets that a pod's change matters to.
  private record PodHandler<O extends KubernetesObject>(
      ReplicaKind<O> kind,
      Informer<O> replicaSets,
      Expectations expectations,
      Controller controller)
      implements InformerHandler<Pod> {

    @Override
    public void onAdd(Pod pod) {
      if (PodStates.isBeingDeleted(pod)) {
        onDelete(pod); // First seen after a restart: on its way out already.
        return;
      }
      var owner = owner(pod, ControllerRefs.of(pod));
      if (owner.isPresent()) {
        expectations.creationSeen(owner.get());
        controller.enqueue(owner.get());
      } else {
        enqueueWhoMayAdopt(pod);
      }
    }

    @Override
    public void onUpdate(Pod before, Pod now) {
      if (PodStates.isBeingDeleted(now)) {
        onDelete(now); // It no longer counts, so need not be waited for.
        return;
      }
      var oldReference = ControllerRefs.of(before);
      var reference = ControllerRefs.of(now);
      if (!oldReference.equals(reference)) {
        owner(before, oldReference).ifPresent(controller::enqueue);
      }
      if (reference.isPresent()) {
        owner(now, reference).ifPresent(key -> enqueueChanged(key, before, now));
      } else if (!before.metadata().labels().equals(now.metadata().labels())
          || oldReference.isPresent()) {
        enqueueWhoMayAdopt(now);
      }
    }

    @Override
    public void onDelete(Pod pod) {
      owner(pod, ControllerRefs.of(pod))
          .ifPresent(
              key -> {
                expectations.deletionSeen(key, pod.metadata().uid());
                controller.enqueue(key);
              });
    }

    private void enqueueChanged(ObjectKey key, Pod before, Pod now) {
      controller.enqueue(key);
      if (!PodStates.isReady(before) && PodStates.isReady(now)) {
        int seconds =
            replicaSets
                .find(key)
                .map(set -> kind.view().apply(set).spec().minReadySeconds())
                .orElse(0);
        if (seconds > 0) {
          // A second more, because the time stamps have whole seconds only.
          controller.enqueueAfter(key, Duration.ofSeconds(seconds + 1L));
        }
      }
    }

    private Optional<ObjectKey> owner(Pod pod, Optional<OwnerReference> reference) {
      return reference
          .filter(owner -> owner.kind().equals(kind.type().gvk().kind()))
          .map(owner -> new ObjectKey(pod.metadata().namespace(), owner.name()))
          .filter(
              key ->
                  replicaSets
                      .find(key)
                      .filter(set -> set.metadata().uid().equals(reference.get().uid()))
                      .isPresent());
    }

    private void enqueueWhoMayAdopt(Pod pod) {
      for (var set : replicaSets.inNamespace(pod.metadata().namespace())) {
        if (LabelSelectors.of(kind.view().apply(set).spec().selector())
            .matches(pod.metadata().labels())) {
          controller.enqueue(ObjectKey.of(set));
        }
      }
    }
  }
}

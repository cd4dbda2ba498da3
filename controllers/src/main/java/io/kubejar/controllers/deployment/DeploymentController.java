package io.kubejar.controllers.deployment;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.util.Optional;

/// Looks at a Deployment when it, one of its ReplicaSets or the last of its pods changes.
public final class DeploymentController implements Component {
  private static final int WORKERS = 5;

  @Override
  public String name() {
    return "deployment-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var deployments = runtime.informers().informer(Deployment.RESOURCE);
    var replicaSets = runtime.informers().informer(ReplicaSet.RESOURCE);
    var pods = runtime.informers().informer(Pod.RESOURCE);
    var reconciler =
        new DeploymentReconciler(
            runtime.client(),
            deployments,
            replicaSets,
            pods,
            runtime.events(name()),
            runtime.clock());
    var controller =
        runtime
            .controller(name(), WORKERS, reconciler)
            .watches(deployments)
            .requires(replicaSets, pods);
    replicaSets.addHandler(new ReplicaSetHandler(deployments, controller));
    pods.addHandler(new PodHandler(deployments, replicaSets, controller));
  }

  private static <T extends KubernetesObject> Optional<T> controllerOf(
      KubernetesObject object, String kind, Informer<T> owners) {
    return ControllerRefs.of(object)
        .filter(reference -> reference.kind().equals(kind))
        .flatMap(
            reference ->
                owners
                    .find(new ObjectKey(object.metadata().namespace(), reference.name()))
                    .filter(owner -> owner.metadata().uid().equals(reference.uid())));
  }

  /// Finds the Deployments that a change of a ReplicaSet matters to.
  private record ReplicaSetHandler(Informer<Deployment> deployments, Controller controller)
      implements InformerHandler<ReplicaSet> {

    @Override
    public void onAdd(ReplicaSet set) {
      if (ControllerRefs.of(set).isPresent()) {
        enqueueOwner(set);
      } else if (set.metadata().deletionTimestamp() == null) {
        enqueueWhoMayAdopt(set);
      }
    }

    @Override
    public void onUpdate(ReplicaSet before, ReplicaSet now) {
      if (!ControllerRefs.of(before).equals(ControllerRefs.of(now))) {
        enqueueOwner(before);
      }
      onAdd(now);
    }

    @Override
    public void onDelete(ReplicaSet set) {
      enqueueOwner(set);
    }

    private void enqueueOwner(ReplicaSet set) {
      controllerOf(set, "Deployment", deployments)
          .ifPresent(owner -> controller.enqueue(ObjectKey.of(owner)));
    }

    private void enqueueWhoMayAdopt(ReplicaSet set) {
      for (var deployment : deployments.inNamespace(set.metadata().namespace())) {
        var selector = LabelSelectors.of(deployment.spec().selector());
        if (!selector.isEmpty() && selector.matches(set.metadata().labels())) {
          controller.enqueue(ObjectKey.of(deployment));
        }
      }
    }
  }

  /// Only a Deployment that recreates waits for pods: for the end of the last old one.
  private record PodHandler(
      Informer<Deployment> deployments, Informer<ReplicaSet> replicaSets, Controller controller)
      implements InformerHandler<Pod> {

    @Override
    public void onAdd(Pod pod) {
      // New pods change nothing that the ReplicaSet's status does not tell.
    }

    @Override
    public void onUpdate(Pod before, Pod now) {
      if (!before.status().phase().equals(now.status().phase())) {
        onDelete(now); // An old pod that has ended counts as gone.
      }
    }

    @Override
    public void onDelete(Pod pod) {
      controllerOf(pod, "ReplicaSet", replicaSets)
          .flatMap(set -> controllerOf(set, "Deployment", deployments))
          .filter(owner -> owner.spec().strategy().type().equals("Recreate"))
          .ifPresent(owner -> controller.enqueue(ObjectKey.of(owner)));
    }
  }
}

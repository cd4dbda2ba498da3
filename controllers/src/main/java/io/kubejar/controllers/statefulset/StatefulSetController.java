package io.kubejar.controllers.statefulset;

import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.Expectations;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.controllers.pods.OwnedPods;

/// Looks at a StatefulSet when it or one of its pods changes, or one of its claims goes.
public final class StatefulSetController implements Component {
  private static final int WORKERS = 5;

  @Override
  public String name() {
    return "statefulset-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var sets = runtime.informers().informer(StatefulSet.RESOURCE);
    var pods = runtime.informers().informer(Pod.RESOURCE);
    var claims = runtime.informers().informer(PersistentVolumeClaim.RESOURCE);
    var revisions = runtime.informers().informer(ControllerRevision.RESOURCE);
    var expectations = new Expectations(runtime.clock());
    var events = runtime.events(name());
    var steps =
        new StatefulSteps(
            runtime.client(),
            new ClaimSteps(runtime.client(), claims, events),
            expectations,
            events,
            runtime.together());
    var reconciler =
        new StatefulSetReconciler(
            sets, pods, new StatefulHistory(runtime.client(), revisions), steps, runtime.clock());
    var controller =
        runtime
            .controller(name(), WORKERS, reconciler)
            .watches(sets)
            .requires(pods, claims, revisions);
    pods.addHandler(
        new OwnedPods<>(
            StatefulSet.RESOURCE,
            sets,
            set -> LabelSelectors.of(set.spec().selector()),
            set -> set.spec().minReadySeconds(),
            expectations,
            controller));
    claims.addHandler(new ClaimHandler(sets, controller));
  }

  /// A claim that goes may have been in the way of a pod: one of an earlier pod of its name.
  private record ClaimHandler(Informer<StatefulSet> sets, Controller controller)
      implements InformerHandler<PersistentVolumeClaim> {

    @Override
    public void onAdd(PersistentVolumeClaim claim) {
      // Its pod is what counts.
    }

    @Override
    public void onUpdate(PersistentVolumeClaim before, PersistentVolumeClaim now) {
      // Nothing waits for that.
    }

    @Override
    public void onDelete(PersistentVolumeClaim claim) {
      for (var set : sets.inNamespace(claim.metadata().namespace())) {
        if (PodClaims.couldBeOf(set, claim)) {
          controller.enqueue(ObjectKey.of(set));
        }
      }
    }
  }
}

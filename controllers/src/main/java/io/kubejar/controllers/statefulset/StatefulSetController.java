package io.kubejar.controllers.statefulset;

import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Expectations;
import io.kubejar.controllers.pods.OwnedPods;

/// Looks at a StatefulSet when it or one of its pods changes.
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
  }
}

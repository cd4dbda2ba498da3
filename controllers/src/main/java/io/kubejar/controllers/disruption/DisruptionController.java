package io.kubejar.controllers.disruption;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;

/// Looks at a budget when it or one of its pods changes, and at pods that are marked as ending.
public final class DisruptionController implements Component {
  /// As upstream: one at a time, since evictions wait for the same budgets.
  private static final int WORKERS = 1;

  /// The name that upstream's events give as their source.
  private static final String SOURCE = "controllermanager";

  @Override
  public String name() {
    return "disruption-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var budgets = runtime.informers().informer(PodDisruptionBudget.RESOURCE);
    var pods = runtime.informers().informer(Pod.RESOURCE);
    var workloads = new Workloads(runtime.client(), runtime.informers());
    var events = runtime.events(SOURCE);
    var reconciler =
        new BudgetReconciler(
            runtime.client(), budgets, pods, new ExpectedPods(workloads), events, runtime.clock());
    var controller =
        runtime
            .controller(name(), WORKERS, reconciler)
            .watches(budgets)
            .requires(pods)
            .requires(workloads.informers());
    pods.addHandler(new PodHandler(budgets, controller, events));
    var stale = new StaleDisruptions(runtime.client(), pods, runtime.clock());
    var cleaner = runtime.controller("stale_pod_disruption", WORKERS, stale);
    cleaner.requires(pods);
    pods.addHandler(new MarkedPods(cleaner));
  }

  static boolean covers(PodDisruptionBudget budget, Pod pod) {
    return LabelSelectors.of(budget.spec().selector()).matches(pod.metadata().labels());
  }

  /// Finds the budgets that a pod's change matters to.
  private record PodHandler(
      Informer<PodDisruptionBudget> budgets, Controller controller, EventRecorder events)
      implements InformerHandler<Pod> {

    @Override
    public void onAdd(Pod pod) {
      onUpdate(pod, pod);
    }

    @Override
    public void onUpdate(Pod before, Pod now) {
      var of = budgets.inNamespace(now.metadata().namespace());
      var covering = of.stream().filter(budget -> covers(budget, now)).toList();
      if (covering.size() > 1) {
        warn(now, covering.getFirst());
      }
      of.stream()
          .filter(budget -> covers(budget, now) || covers(budget, before))
          .forEach(budget -> controller.enqueue(ObjectKey.of(budget)));
    }

    @Override
    public void onDelete(Pod pod) {
      onUpdate(pod, pod);
    }

    /// The words are upstream's; here no budget is chosen, all are counted.
    private void warn(Pod pod, PodDisruptionBudget first) {
      events.warning(
          pod,
          "MultiplePodDisruptionBudgets",
          "Pod \"%s\"/\"%s\" matches multiple PodDisruptionBudgets.  Chose \"%s\" arbitrarily."
              .formatted(
                  pod.metadata().namespace(), pod.metadata().name(), first.metadata().name()));
    }
  }

  private record MarkedPods(Controller controller) implements InformerHandler<Pod> {
    @Override
    public void onAdd(Pod pod) {
      if (StaleDisruptions.mayGetStale(pod)) {
        controller.enqueue(ObjectKey.of(pod));
      }
    }

    @Override
    public void onUpdate(Pod before, Pod now) {
      onAdd(now);
    }

    @Override
    public void onDelete(Pod pod) {
      // The mark went with it.
    }
  }
}

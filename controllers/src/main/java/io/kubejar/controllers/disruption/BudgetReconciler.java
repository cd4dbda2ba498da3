package io.kubejar.controllers.disruption;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.api.policy.v1.PodDisruptionBudgetStatus;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// Counts the pods of one budget and reports how many may go.
record BudgetReconciler(
    Client client,
    Informer<PodDisruptionBudget> budgets,
    Informer<Pod> pods,
    ExpectedPods expected,
    EventRecorder events,
    InstantSource clock)
    implements Reconciler {

  @Override
  public Outcome reconcile(ObjectKey key) throws InterruptedException {
    var found = budgets.find(key);
    if (found.isEmpty()) {
      return Outcome.done();
    }
    var budget = found.get();
    try {
      return count(budget);
    } catch (UnknownScaleException unknown) {
      fail(budget, unknown.why());
      return Outcome.done(); // A change of the pods brings us back.
    } catch (ApiException refused) {
      if (!refused.isConflict()) {
        fail(budget, refused.status().message());
      }
      throw refused;
    }
  }

  private Outcome count(PodDisruptionBudget budget) throws InterruptedException {
    var selected =
        pods.inNamespace(budget.metadata().namespace()).stream()
            .filter(pod -> DisruptionController.covers(budget, pod))
            .toList();
    if (selected.isEmpty()) {
      events.normal(budget, "NoPods", "No matching pods found");
    }
    var counted = expected(budget, selected);
    if (!counted.unmanaged().isEmpty()) {
      warnOfUnmanagedPods(budget);
    }
    var now = clock.instant();
    var plan = BudgetPlan.of(budget, selected, counted.count(), now);
    for (var pod : plan.notDeleted()) {
      events.warning(
          pod,
          "NotDeleted",
          "Pod was expected by PDB %s/%s to be deleted but it wasn't"
              .formatted(budget.metadata().namespace(), budget.metadata().name()));
    }
    report(budget, plan.status());
    return plan.recheck().isPresent()
        ? Outcome.checkAgain(
            Duration.between(now, plan.recheck().get()), "an evicted pod may not have been deleted")
        : Outcome.done();
  }

  private ExpectedPods.Expected expected(PodDisruptionBudget budget, List<Pod> selected)
      throws InterruptedException {
    try {
      return expected.of(budget, selected);
    } catch (UnknownScaleException | ApiException unknown) {
      events.warning(
          budget,
          "CalculateExpectedPodCountFailed",
          "Failed to calculate the number of expected pods: " + unknown.getMessage());
      throw unknown;
    }
  }

  private void warnOfUnmanagedPods(PodDisruptionBudget budget) {
    events.warning(
        budget,
        "UnmanagedPods",
        ("Pods selected by this PodDisruptionBudget (selector: %s) were found to be unmanaged. As a"
                + " result, the status of the PDB cannot be calculated correctly, which may result"
                + " in undefined behavior. To account for these pods please set"
                + " \".spec.minAvailable\" field of the PDB to an integer value.")
            .formatted(LabelSelectors.of(budget.spec().selector())));
  }

  /// Where nothing can be counted, no eviction may be granted on old numbers.
  private void fail(PodDisruptionBudget budget, String why) throws InterruptedException {
    report(budget, DisruptionAllowed.syncFailed(budget.status(), why, clock.instant()));
  }

  private void report(PodDisruptionBudget budget, PodDisruptionBudgetStatus status)
      throws InterruptedException {
    if (!status.equals(budget.status())) {
      client.updateStatus(PodDisruptionBudget.RESOURCE, budget.withStatus(status));
    }
  }
}

package io.kubejar.controllers.daemonset;

import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Expectations;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import io.kubejar.controllers.ownership.ClaimPlan;
import io.kubejar.controllers.ownership.Claims;
import io.kubejar.controllers.pods.PodStates;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Brings one DaemonSet's pods to its nodes, and from the old template to the new, and reports.
record DaemonSetReconciler(
    Caches caches,
    DaemonHistory history,
    DaemonSteps steps,
    FailedPods failedPods,
    InstantSource clock)
    implements Reconciler {

  /// What it reads.
  record Caches(Informer<DaemonSet> daemonSets, Informer<Pod> pods, Informer<Node> nodes) {}

  @Override
  public Outcome reconcile(ObjectKey key) throws InterruptedException {
    var found = caches.daemonSets().find(key);
    if (found.isEmpty()) {
      steps.forget(key);
      return Outcome.done(); // The garbage collector takes the pods and the revisions.
    }
    var daemonSet = found.get();
    var selector = LabelSelectors.of(daemonSet.spec().selector());
    if (selector.isEmpty()) {
      steps
          .events()
          .warning(
              daemonSet,
              "SelectingAll",
              "This daemon set is selecting all pods. A non-empty selector is required.");
      return Outcome.done();
    }
    if (daemonSet.metadata().deletionTimestamp() != null) {
      return Outcome.done(); // Whether its history is still there cannot be known.
    }
    // Asked before listing: asked later, a yes could stand for pods that the list does not show
    // yet.
    boolean settled = steps.settled(daemonSet);
    var owned = claim(daemonSet);
    var past = history.bringUpToDate(daemonSet, owned);
    var coverage =
        Coverage.of(daemonSet, past.hash(), caches.nodes().list(), past.pods(), clock.instant());
    if (!settled) {
      report(coverage, past, daemonSet.status().observedGeneration());
      return Outcome.checkAgain(Expectations.GIVEN_UP_AFTER, "the cache shows what was written");
    }
    return act(coverage, past);
  }

  private Outcome act(Coverage coverage, DaemonHistory.Past past) throws InterruptedException {
    var daemonSet = coverage.daemonSet();
    var plan = PlacementPlan.of(coverage, node -> failedPods.remaining(place(daemonSet, node)));
    var refused = place(daemonSet, past.hash(), plan);
    boolean rolls = daemonSet.spec().updateStrategy().type().equals("RollingUpdate");
    if (rolls && refused.isEmpty() && steps.settled(daemonSet)) {
      refused = steps.perform(daemonSet, past.hash(), RollingUpdatePlan.of(coverage));
    }
    if (refused.isEmpty()) {
      history.truncate(daemonSet, past);
    }
    var untilAvailable = report(coverage, past, daemonSet.metadata().generation());
    if (refused.isPresent()) {
      throw refused.get();
    }
    return Stream.of(plan.lookAgain(), untilAvailable)
        .flatMap(Optional::stream)
        .min(Comparator.naturalOrder())
        .<Outcome>map(wait -> Outcome.checkAgain(wait, "a pod's time has come"))
        .orElse(Outcome.done());
  }

  private Optional<ApiException> place(DaemonSet daemonSet, String hash, PlacementPlan plan)
      throws InterruptedException {
    plan.failed().keySet().forEach(node -> failedPods.deleted(place(daemonSet, node)));
    steps.tellOfEnded(daemonSet, plan);
    return steps.perform(daemonSet, hash, plan.changes());
  }

  private static FailedPods.Place place(DaemonSet daemonSet, String node) {
    return new FailedPods.Place(
        daemonSet.metadata().uid(), daemonSet.status().observedGeneration(), node);
  }

  private List<Pod> claim(DaemonSet daemonSet) throws InterruptedException {
    var selector = LabelSelectors.of(daemonSet.spec().selector());
    var candidates = caches.pods().claimableBy(daemonSet);
    return new Claims<>(steps.client(), DaemonSet.RESOURCE, Pod.RESOURCE)
        .claim(daemonSet, ClaimPlan.of(daemonSet, selector, candidates));
  }

  /// Writes the status; says when the next pod becomes available.
  private Optional<Duration> report(Coverage coverage, DaemonHistory.Past past, long generation)
      throws InterruptedException {
    var daemonSet = coverage.daemonSet();
    var known = daemonSet.status();
    var status = DaemonStatus.of(coverage).withObservedGeneration(generation);
    if (past.collisions() > 0) {
      status = status.withCollisionCount(past.collisions());
    }
    if (!status.equals(known)) {
      steps.client().updateStatus(DaemonSet.RESOURCE, daemonSet.withStatus(status));
    }
    int seconds = daemonSet.spec().minReadySeconds();
    if (seconds == 0 || status.numberReady() == status.numberAvailable()) {
      return Optional.empty();
    }
    var pods = coverage.pods().values().stream().flatMap(List::stream).toList();
    return Optional.of(
        PodStates.nextAvailable(pods, seconds, coverage.now()).orElse(Duration.ofSeconds(seconds)));
  }
}

package io.kubejar.controllers.statefulset;

import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.apps.v1.StatefulSetStatus;
import io.kubejar.api.core.v1.Pod;
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
import java.util.List;

/// Brings one StatefulSet's pods, in their order, to what it asks for, and reports how far it is.
record StatefulSetReconciler(
    Informer<StatefulSet> sets,
    Informer<Pod> pods,
    StatefulHistory history,
    StatefulSteps steps,
    InstantSource clock)
    implements Reconciler {

  @Override
  public Outcome reconcile(ObjectKey key) throws InterruptedException {
    var found = sets.find(key);
    if (found.isEmpty()) {
      steps.expectations().forget(key);
      return Outcome.done(); // The garbage collector takes the pods and the revisions.
    }
    var set = found.get();
    // Asked before listing: asked later, a yes could stand for pods that the list does not show
    // yet.
    boolean settled = steps.expectations().met(key);
    var owned = claim(set);
    var past = history.bringUpToDate(set);
    var members = Members.of(set, past.current(), past.update(), owned, clock.instant());
    if (!settled) {
      report(members, StatefulStatus.of(members, past.collisions(), false));
      return Outcome.checkAgain(Expectations.GIVEN_UP_AFTER, "the cache shows what was written");
    }
    var plan = StatefulPlan.of(members, steps.claims().known(members));
    var result = steps.perform(members, plan);
    var status = StatefulStatus.of(members, past.collisions(), result.outdatedDeleted());
    report(members, status);
    history.truncate(set, past, owned);
    if (result.refused().isPresent()) {
      throw result.refused().get();
    }
    return untilAvailable(members, status);
  }

  private List<Pod> claim(StatefulSet set) throws InterruptedException {
    var selector = LabelSelectors.of(set.spec().selector());
    var plan =
        ClaimPlan.of(
            set,
            (Pod pod) -> selector.matches(pod.metadata().labels()) && Identity.isMember(set, pod),
            pods.claimableBy(set));
    return new Claims<>(steps.client(), StatefulSet.RESOURCE, Pod.RESOURCE).claim(set, plan);
  }

  private void report(Members members, StatefulSetStatus status) throws InterruptedException {
    var set = members.set();
    if (StatefulStatus.isNews(set.status(), status)) {
      steps.client().updateStatus(StatefulSet.RESOURCE, set.withStatus(status));
    }
  }

  private static Outcome untilAvailable(Members members, StatefulSetStatus status) {
    int seconds = members.set().spec().minReadySeconds();
    if (seconds == 0 || status.readyReplicas() == status.availableReplicas()) {
      return Outcome.done();
    }
    var wait =
        PodStates.nextAvailable(members.all().toList(), seconds, members.now())
            .orElse(Duration.ofSeconds(seconds));
    return Outcome.checkAgain(wait, "pods become available");
  }
}

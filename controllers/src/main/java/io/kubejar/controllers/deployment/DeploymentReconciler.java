package io.kubejar.controllers.deployment;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.DeploymentStatus;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import io.kubejar.controllers.ownership.ClaimPlan;
import io.kubejar.controllers.ownership.Claims;
import io.kubejar.controllers.pods.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Takes one Deployment one step further.
record DeploymentReconciler(
    Client client,
    Informer<Deployment> deployments,
    Informer<ReplicaSet> replicaSets,
    Informer<Pod> pods,
    EventRecorder events,
    InstantSource clock)
    implements Reconciler {

  @Override
  public Outcome reconcile(ObjectKey key) throws InterruptedException {
    var found = deployments.find(key);
    if (found.isEmpty()) {
      return Outcome.done(); // The garbage collector takes the ReplicaSets.
    }
    var deployment = found.get();
    if (LabelSelectors.of(deployment.spec().selector()).isEmpty()) {
      events.warning(
          deployment,
          "SelectingAll",
          "This deployment is selecting all pods. A non-empty selector is required.");
      return Outcome.done();
    }
    var owned = claim(deployment);
    if (deployment.metadata().deletionTimestamp() != null) {
      report(Rollout.of(deployment, owned), false);
      return Outcome.done();
    }
    deployment = notePause(deployment);
    return advance(Rollout.of(deployment, owned));
  }

  private Outcome advance(Rollout rollout) throws InterruptedException {
    var steps = new RolloutSteps(client, events, clock);
    if (rollout.deployment().spec().paused() || ScalePlan.isNeeded(rollout)) {
      var synced = steps.syncNewSet(rollout);
      var scaled = steps.scale(synced, ScalePlan.of(synced));
      if (scaled.deployment().spec().paused()) {
        steps.cleanUp(scaled);
      }
      return report(scaled, false);
    }
    return rollout.isRolling() ? roll(steps, rollout) : recreate(steps, rollout);
  }

  private Outcome roll(RolloutSteps steps, Rollout rollout) throws InterruptedException {
    var created = steps.syncOrCreateNewSet(rollout);
    if (created.newSet().isEmpty()) {
      return Outcome.done(); // Its namespace goes away.
    }
    var plan = RollingUpdatePlan.of(created, created.newSet().get());
    var scaled = steps.scale(created, plan);
    return finish(steps, scaled);
  }

  private Outcome recreate(RolloutSteps steps, Rollout rollout) throws InterruptedException {
    var synced = steps.syncNewSet(rollout);
    if (!synced.activeOld().isEmpty()) {
      var down = synced.activeOld().stream().map(set -> new Scaling(set, 0)).toList();
      return report(steps.scale(synced, down), true);
    }
    if (synced.oldSets().stream().flatMap(set -> pods.ownedBy(set).stream()).anyMatch(this::runs)) {
      return report(synced, true); // Old and new must never run side by side.
    }
    var created = steps.syncOrCreateNewSet(synced);
    if (created.newSet().isEmpty()) {
      return Outcome.done();
    }
    var newSet = created.newSet().get();
    var up =
        Rollout.size(newSet) == created.wanted()
            ? List.<Scaling>of()
            : List.of(new Scaling(newSet, created.wanted()));
    return finish(steps, steps.scale(created, up));
  }

  private boolean runs(Pod pod) {
    return !PodStates.isTerminal(pod);
  }

  private Outcome finish(RolloutSteps steps, Rollout rollout) throws InterruptedException {
    if (DeploymentStatuses.isComplete(rollout.deployment(), rollout.deployment().status())) {
      steps.cleanUp(rollout);
    }
    return report(rollout, true);
  }

  private List<ReplicaSet> claim(Deployment deployment) throws InterruptedException {
    var selector = LabelSelectors.of(deployment.spec().selector());
    var plan = ClaimPlan.of(deployment, selector, replicaSets.claimableBy(deployment));
    return new Claims<>(client, Deployment.RESOURCE, ReplicaSet.RESOURCE).claim(deployment, plan);
  }

  /// A paused rollout must not run out of time, and a resumed one starts its time anew.
  private Deployment notePause(Deployment deployment) throws InterruptedException {
    if (!DeploymentStatuses.hasDeadline(deployment)) {
      return deployment;
    }
    var known = Conditions.find(deployment.status(), Conditions.PROGRESSING);
    var reason = known.map(condition -> condition.reason()).orElse("");
    if (reason.equals(Conditions.TIMED_OUT)) {
      return deployment;
    }
    boolean paused = deployment.spec().paused();
    boolean noted = reason.equals(Conditions.PAUSED);
    if (paused == noted) {
      return deployment;
    }
    var condition =
        paused
            ? Conditions.of(
                Conditions.PROGRESSING,
                "Unknown",
                Conditions.PAUSED,
                "Deployment is paused",
                clock.instant())
            : Conditions.of(
                Conditions.PROGRESSING,
                "Unknown",
                Conditions.RESUMED,
                "Deployment is resumed",
                clock.instant());
    var status = Conditions.set(deployment.status(), condition);
    return client.updateStatus(Deployment.RESOURCE, deployment.withStatus(status));
  }

  private Outcome report(Rollout rollout, boolean withProgress) throws InterruptedException {
    var now = clock.instant();
    var deployment = rollout.deployment();
    var status =
        withProgress
            ? DeploymentStatuses.ofRollout(rollout, now)
            : DeploymentStatuses.counted(rollout, now);
    if (!status.equals(deployment.status())) {
      client.updateStatus(Deployment.RESOURCE, deployment.withStatus(status));
    }
    return withProgress
        ? untilDeadline(deployment, status, now)
            .<Outcome>map(wait -> Outcome.checkAgain(wait, "the progress deadline"))
            .orElse(Outcome.done())
        : Outcome.done();
  }

  /// When a rollout that stands still must be called failed.
  private static Optional<Duration> untilDeadline(
      Deployment deployment, DeploymentStatus status, Instant now) {
    var progressing = Conditions.find(status, Conditions.PROGRESSING);
    if (!DeploymentStatuses.hasDeadline(deployment)
        || progressing.isEmpty()
        || DeploymentStatuses.isComplete(deployment, status)
        || progressing.get().reason().equals(Conditions.TIMED_OUT)
        || progressing.get().reason().equals(Conditions.NEW_SET_AVAILABLE)) {
      return Optional.empty();
    }
    int seconds = Objects.requireNonNull(deployment.spec().progressDeadlineSeconds());
    var since = Objects.requireNonNullElse(progressing.get().lastUpdateTime(), now);
    // A second more, because the time stamps have whole seconds only.
    var wait = Duration.between(now, since.plusSeconds(seconds + 1L));
    return Optional.of(wait.isPositive() ? wait : Duration.ofSeconds(1));
  }
}

package io.kubejar.controllers.replicaset;

import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Expectations;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import io.kubejar.client.Together;
import io.kubejar.controllers.ownership.ClaimPlan;
import io.kubejar.controllers.ownership.Claims;
import io.kubejar.controllers.ownership.ControllerRefs;
import io.kubejar.controllers.pods.PodDeletions;
import io.kubejar.controllers.pods.PodsOfTemplates;
import io.kubejar.controllers.pods.SlowStart;
import io.kubejar.controllers.pods.UncertainWrites;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Brings one ReplicaSet, or what is seen as one, to its size and reports how far it is.
record ReplicaSetReconciler<O extends KubernetesObject>(
    ReplicaKind<O> kind,
    Client client,
    Informer<O> replicaSets,
    Informer<Pod> pods,
    Expectations expectations,
    UncertainWrites uncertain,
    EventRecorder events,
    Together together,
    InstantSource clock)
    implements Reconciler {

  @Override
  public Outcome reconcile(ObjectKey key) throws InterruptedException {
    var found = replicaSets.find(key);
    if (found.isEmpty()) {
      expectations.forget(key);
      uncertain.forget(key);
      return Outcome.done(); // The garbage collector takes the pods.
    }
    var object = found.get();
    var replicaSet = kind.view().apply(object);
    // Asked before listing: asked later, a yes could stand for pods that the list does not show
    // yet.
    boolean cacheHasOurWrites = expectations.met(key) && uncertain.settled(object);
    var owned = claim(object, replicaSet);
    var now = clock.instant();
    var refused = Optional.<Refused>empty();
    if (cacheHasOurWrites && replicaSet.metadata().deletionTimestamp() == null) {
      refused = perform(object, ReplicaPlan.of(replicaSet, owned, related(object), now));
    }
    var status = ReplicaStatus.of(replicaSet, owned, refused.map(Refused::failure), now);
    var reported = kind.withStatus().apply(object, status);
    if (!reported.equals(object)) {
      client.updateStatus(kind.type(), reported);
    }
    if (refused.isPresent()) {
      throw refused.get().why();
    }
    int wanted = Replicas.wanted(replicaSet);
    int minReadySeconds = replicaSet.spec().minReadySeconds();
    if (minReadySeconds > 0
        && status.readyReplicas() == wanted
        && status.availableReplicas() != wanted) {
      return Outcome.checkAgain(Duration.ofSeconds(minReadySeconds), "pods become available");
    }
    return Outcome.done();
  }

  private List<Pod> claim(O object, ReplicaSet replicaSet) throws InterruptedException {
    var selector = LabelSelectors.of(replicaSet.spec().selector());
    var plan = ClaimPlan.of(object, selector, pods.claimableBy(object));
    return new Claims<>(client, kind.type(), Pod.RESOURCE).claim(object, plan);
  }

  /// The pods of every ReplicaSet that has the same controller, or of this one alone.
  private List<Pod> related(O object) {
    var controller = ControllerRefs.of(object);
    if (controller.isEmpty()) {
      return pods.ownedBy(object);
    }
    return replicaSets.byIndex(Informer.BY_OWNER, controller.get().uid()).stream()
        .flatMap(sibling -> pods.ownedBy(sibling).stream())
        .toList();
  }

  private Optional<Refused> perform(O object, ReplicaPlan plan) throws InterruptedException {
    var key = ObjectKey.of(object);
    if (plan.create() > 0) {
      expectations.expectCreations(key, plan.create());
      return create(object, key, plan.create());
    }
    if (!plan.delete().isEmpty()) {
      var uids =
          plan.delete().stream().map(pod -> pod.metadata().uid()).collect(Collectors.toSet());
      expectations.expectDeletions(key, uids);
      return delete(object, key, plan.delete());
    }
    return Optional.empty();
  }

  private Optional<Refused> create(O object, ObjectKey key, int count) throws InterruptedException {
    var outcome = SlowStart.of(count, together, () -> createOne(object, key));
    expectations.creationsSeen(key, count - outcome.made());
    return outcome
        .refused()
        .filter(refused -> !refused.isNamespaceTerminating()) // It goes away with its namespace.
        .map(refused -> new Refused("FailedCreate", refused));
  }

  private Optional<ApiException> createOne(O object, ObjectKey key) throws InterruptedException {
    try {
      var pod = client.create(Pod.RESOURCE, newPod(object));
      events.normal(object, "SuccessfulCreate", "Created pod: " + pod.metadata().name());
      return Optional.empty();
    } catch (ApiException refused) {
      uncertain.noteIfUnclear(key, refused);
      if (!refused.isNamespaceTerminating()) {
        events.warning(object, "FailedCreate", "Error creating: " + refused.getMessage());
      }
      return Optional.of(refused);
    }
  }

  private Optional<Refused> delete(O object, ObjectKey key, List<Pod> surplus)
      throws InterruptedException {
    var refusals = Optional.<Refused>empty();
    for (var pod : surplus) {
      try {
        PodDeletions.delete(client, pod);
        events.normal(object, "SuccessfulDelete", "Deleted pod: " + pod.metadata().name());
      } catch (ApiException refused) {
        expectations.deletionSeen(key, pod.metadata().uid());
        if (!refused.isNotFound() && !refused.isConflict()) {
          events.warning(object, "FailedDelete", "Error deleting: " + refused.getMessage());
          refusals = Optional.of(new Refused("FailedDelete", refused));
        }
      }
    }
    return refusals;
  }

  private Pod newPod(O object) {
    return PodsOfTemplates.of(object, kind.view().apply(object).spec().template());
  }

  private record Refused(String reason, ApiException why) {
    ReplicaStatus.Failure failure() {
      return new ReplicaStatus.Failure(reason, why.status().message());
    }
  }
}

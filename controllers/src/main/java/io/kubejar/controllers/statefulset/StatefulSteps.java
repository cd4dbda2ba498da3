package io.kubejar.controllers.statefulset;

import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Expectations;
import io.kubejar.client.Together;
import io.kubejar.controllers.pods.PodDeletions;
import io.kubejar.controllers.pods.SlowStart;
import io.kubejar.controllers.statefulset.StatefulPlan.Action;
import io.kubejar.controllers.statefulset.StatefulPlan.Correct;
import io.kubejar.controllers.statefulset.StatefulPlan.Create;
import io.kubejar.controllers.statefulset.StatefulPlan.Delete;
import io.kubejar.controllers.statefulset.StatefulPlan.FillClaims;
import io.kubejar.controllers.statefulset.StatefulPlan.OwnClaims;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Carries out a [StatefulPlan].
record StatefulSteps(
    Client client,
    ClaimSteps claims,
    Expectations expectations,
    EventRecorder events,
    Together together) {

  /// What has come of a plan.
  ///
  /// @param outdatedDeleted whether it came to delete a pod for the update's sake
  /// @param refused what ended it early
  record Result(boolean outdatedDeleted, Optional<ApiException> refused) {}

  Result perform(Members members, StatefulPlan plan) throws InterruptedException {
    var set = members.set();
    var actions =
        Stream.concat(
                plan.phases().stream().flatMap(it -> it.steps().stream()).flatMap(List::stream),
                plan.outdated().map(Delete::new).stream())
            .toList();
    expect(set, actions);
    // By identity: to compare whole pods would cost more than to make them.
    Set<Action> done =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    try {
      for (var phase : plan.phases()) {
        var refused = perform(members, phase, done);
        if (refused.isPresent()) {
          return new Result(false, refused);
        }
      }
      if (plan.outdated().isPresent()) {
        perform(set, new Delete(plan.outdated().get()), done);
      }
      return new Result(plan.outdated().isPresent(), Optional.empty());
    } catch (ApiException refused) {
      return new Result(false, Optional.of(refused));
    } finally {
      actions.stream().filter(it -> !done.contains(it)).forEach(it -> expectNoMore(set, it));
    }
  }

  private void expect(StatefulSet set, List<Action> actions) {
    int creations = (int) actions.stream().filter(Create.class::isInstance).count();
    var deletions =
        actions.stream()
            .filter(Delete.class::isInstance)
            .map(action -> action.pod().metadata().uid())
            .collect(Collectors.toSet());
    if (creations > 0 || !deletions.isEmpty()) {
      expectations.expect(ObjectKey.of(set), creations, deletions);
    }
  }

  private void expectNoMore(StatefulSet set, Action action) {
    switch (action) {
      case Create _ -> expectations.creationSeen(ObjectKey.of(set));
      case Delete(var pod) -> expectations.deletionSeen(ObjectKey.of(set), pod.metadata().uid());
      case FillClaims _, Correct _, OwnClaims _ -> {
        // Not waited for.
      }
    }
  }

  /// One pod after the other in an ordered set; else in batches that grow.
  private Optional<ApiException> perform(
      Members members, StatefulPlan.Phase phase, Set<Action> done) throws InterruptedException {
    var steps = phase.steps();
    if (members.isOrdered()) {
      for (var step : steps) {
        perform(members.set(), step, done);
      }
      return Optional.empty();
    }
    var next = new AtomicInteger();
    return SlowStart.of(
            steps.size(),
            together,
            () -> {
              try {
                perform(members.set(), steps.get(next.getAndIncrement()), done);
                return Optional.empty();
              } catch (ApiException refused) {
                return Optional.of(refused);
              }
            })
        .refused();
  }

  private void perform(StatefulSet set, List<Action> step, Set<Action> done)
      throws InterruptedException {
    for (var action : step) {
      perform(set, action, done);
    }
  }

  private void perform(StatefulSet set, Action action, Set<Action> done)
      throws InterruptedException {
    switch (action) {
      case Create(var pod) -> create(set, pod);
      case Delete(var pod) -> delete(set, pod);
      case FillClaims(var pod) -> fillClaims(set, pod);
      case Correct(var pod) -> correct(set, pod);
      case OwnClaims(var pod) -> claims.own(set, pod);
    }
    done.add(action);
  }

  private void create(StatefulSet set, Pod pod) throws InterruptedException {
    telling("Create", set, pod, () -> claims.makeMissing(set, pod));
    ApiException refusal = null;
    try {
      client.create(Pod.RESOURCE, pod);
    } catch (ApiException refused) {
      if (refused.isAlreadyExists()) {
        throw refused; // By us, or in the way: either way its name says all.
      }
      refusal = refused;
    }
    telling("Update", set, pod, () -> claims.own(set, pod));
    tell("Create", set, pod, refusal);
    if (refusal != null) {
      throw refusal;
    }
  }

  private void delete(StatefulSet set, Pod pod) throws InterruptedException {
    try {
      PodDeletions.delete(client, pod);
      tell("Delete", set, pod, null);
    } catch (ApiException refused) {
      if (!refused.isNotFound() && !refused.isConflict()) {
        tell("Delete", set, pod, refused);
        throw refused;
      }
      expectations.deletionSeen(ObjectKey.of(set), pod.metadata().uid()); // It is gone already.
    }
  }

  private void fillClaims(StatefulSet set, Pod pod) throws InterruptedException {
    claims.makeMissing(set, pod);
    telling("Update", set, pod, () -> claims.own(set, pod));
  }

  private void correct(StatefulSet set, Pod pod) throws InterruptedException {
    var corrected = Identity.matches(set, pod) ? pod : Identity.corrected(pod);
    if (!PodClaims.match(set, pod)) {
      corrected = PodClaims.withVolumes(set, corrected);
      telling("Update", set, pod, () -> claims.makeMissing(set, pod));
    }
    telling("Update", set, pod, () -> claims.own(set, pod));
    try {
      if (!corrected.equals(pod)) {
        client.update(Pod.RESOURCE, corrected);
      }
    } catch (ApiException refused) {
      if (!refused.isConflict()) {
        tell("Update", set, pod, refused);
      }
      throw refused;
    }
    tell("Update", set, pod, null);
  }

  /// Tells of a refusal, and passes it on.
  private void telling(String verb, StatefulSet set, Pod pod, Together.Task task)
      throws InterruptedException {
    try {
      task.run();
    } catch (ApiException refused) {
      tell(verb, set, pod, refused);
      throw refused;
    }
  }

  private void tell(String verb, StatefulSet set, Pod pod, @Nullable ApiException refused) {
    var what =
        "%s Pod %s in StatefulSet %s "
            .formatted(verb, pod.metadata().name(), set.metadata().name());
    if (refused == null) {
      events.normal(set, "Successful" + verb, what + "successful");
    } else {
      events.warning(set, "Failed" + verb, what + "failed error: " + refused.getMessage());
    }
  }
}

package io.kubejar.controllers.statefulset;

import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.controllers.pods.PodStates;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What brings a StatefulSet's pods to what it asks for. Pure: the same world gives the same plan.
///
/// An ordered set does one thing at a time: it stops at the first pod that is not yet, or not any
/// more, as it is to be. Making pods goes before taking away those that are too many, and that goes
/// before updates. With a template that gives no ready pod an ordered set therefore stands still
/// until somebody deletes the pod: as upstream, on purpose.
///
/// @param phases carried out one after the other, until something is refused
/// @param outdated the pod that is deleted, in a phase of its own, for the update's sake
record StatefulPlan(List<Phase> phases, Optional<Pod> outdated) {

  /// What is done to several pods; the steps of one pod in their order.
  record Phase(List<List<Action>> steps) {}

  /// What is done to one pod.
  sealed interface Action {
    Pod pod();
  }

  /// It is made, after its claims.
  record Create(Pod pod) implements Action {}

  /// It is deleted.
  record Delete(Pod pod) implements Action {}

  /// Claims that it lacks are made.
  record FillClaims(Pod pod) implements Action {}

  /// Its labels, volumes and the owners of its claims are put right.
  record Correct(Pod pod) implements Action {}

  /// The owners of its claims are put right.
  record OwnClaims(Pod pod) implements Action {}

  /// @param claims the set's claims by name
  static StatefulPlan of(Members members, Map<String, PersistentVolumeClaim> claims) {
    if (members.set().metadata().deletionTimestamp() != null) {
      return new StatefulPlan(List.of(), Optional.empty());
    }
    return new Draft(members, claims).plan();
  }

  private static final class Draft {
    private final Members members;
    private final Map<String, PersistentVolumeClaim> claims;
    private final ClaimRetention retention;
    private final List<Phase> phases = new ArrayList<>();

    Draft(Members members, Map<String, PersistentVolumeClaim> claims) {
      this.members = members;
      this.claims = claims;
      retention = ClaimRetention.of(members.set());
    }

    StatefulPlan plan() {
      if (!keepReplicas()) {
        return done(Optional.empty());
      }
      ownClaimsOfCondemned();
      if (!removeCondemned()) {
        return done(Optional.empty());
      }
      return done(outdated());
    }

    private StatefulPlan done(Optional<Pod> outdated) {
      return new StatefulPlan(List.copyOf(phases), outdated);
    }

    private void add(List<List<Action>> steps) {
      if (!steps.isEmpty()) {
        phases.add(new Phase(steps));
      }
    }

    /// False if an ordered set must wait for one of them.
    private boolean keepReplicas() {
      var steps = new ArrayList<List<Action>>();
      for (var pod : members.replicas()) {
        var actions = new ArrayList<Action>();
        boolean waits = keep(pod, actions);
        if (!actions.isEmpty()) {
          steps.add(List.copyOf(actions));
        }
        if (waits && members.isOrdered()) {
          add(steps);
          return false;
        }
      }
      add(steps);
      return true;
    }

    private boolean keep(Pod pod, List<Action> actions) {
      if (PodStates.isTerminal(pod)) {
        if (!PodStates.isBeingDeleted(pod)) {
          actions.add(new Delete(pod));
        }
        return true; // It is made anew when it is gone.
      }
      if (!Members.isCreated(pod)) {
        if (!retention.blocks(claimsOf(pod), pod)) {
          actions.add(new Create(pod));
        }
        return true;
      }
      if (pod.status().phase().equals("Pending")
          && !members.set().spec().volumeClaimTemplates().isEmpty()) {
        actions.add(new FillClaims(pod));
      }
      if (members.isOrdered()
          && (PodStates.isBeingDeleted(pod)
              || !Members.isRunningAndReady(pod)
              || !members.isAvailable(pod))) {
        return true;
      }
      if (!Identity.matches(members.set(), pod)
          || !PodClaims.match(members.set(), pod)
          || !areClaimsOwned(pod)) {
        actions.add(new Correct(pod));
      }
      return false;
    }

    private void ownClaimsOfCondemned() {
      add(
          members.condemned().stream()
              .filter(pod -> !areClaimsOwned(pod))
              .map(pod -> List.<Action>of(new OwnClaims(pod)))
              .toList());
    }

    /// False if an ordered set must wait for one of them, or takes one away.
    private boolean removeCondemned() {
      if (!members.isOrdered()) {
        add(
            members.condemned().stream()
                .filter(pod -> !PodStates.isBeingDeleted(pod))
                .map(pod -> List.<Action>of(new Delete(pod)))
                .toList());
        return true;
      }
      if (members.condemned().isEmpty()) {
        return true;
      }
      var highest = members.condemned().getFirst();
      boolean healthy = Members.isRunningAndReady(highest) && members.isAvailable(highest);
      boolean onlyTrouble = members.firstUnavailable().filter(highest::equals).isPresent();
      if (!PodStates.isBeingDeleted(highest) && (healthy || onlyTrouble)) {
        add(List.of(List.of(new Delete(highest))));
      }
      return false;
    }

    /// The pod of the highest ordinal that is of another revision, if all above it are available.
    private Optional<Pod> outdated() {
      var strategy = members.set().spec().updateStrategy();
      if (strategy.type().equals("OnDelete")) {
        return Optional.empty();
      }
      var rolling = strategy.rollingUpdate();
      int partition = rolling == null ? 0 : Objects.requireNonNullElse(rolling.partition(), 0);
      for (int i = members.replicas().size() - 1; i >= partition; i--) {
        var pod = members.replicas().get(i);
        if (!Identity.revision(pod).equals(members.update().name())
            && !PodStates.isBeingDeleted(pod)
            && Members.isCreated(pod)
            && !PodStates.isTerminal(pod)) {
          return Optional.of(pod);
        }
        if (members.isUnavailable(pod)) {
          return Optional.empty();
        }
      }
      return Optional.empty();
    }

    private List<PersistentVolumeClaim> claimsOf(Pod pod) {
      return PodClaims.names(members.set(), pod).stream()
          .map(claims::get)
          .filter(Objects::nonNull)
          .toList();
    }

    private boolean areClaimsOwned(Pod pod) {
      return claimsOf(pod).stream()
          .allMatch(claim -> retention.isUpToDate(claim, members.set(), pod));
    }
  }
}

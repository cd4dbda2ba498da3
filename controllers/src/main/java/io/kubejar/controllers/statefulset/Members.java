package io.kubejar.controllers.statefulset;

import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.controllers.pods.PodStates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// A set's pods, as one reconcile sees them.
///
/// @param current the revision that a rollout comes from
/// @param update the revision that it goes to
/// @param replicas one pod for each ordinal that the set asks for, in their order; one without a
///   phase is still to be made
/// @param condemned the pods that are too many, the highest ordinal first
record Members(
    StatefulSet set,
    Revision current,
    Revision update,
    List<Pod> replicas,
    List<Pod> condemned,
    Instant now) {

  /// A revision and what it keeps.
  record Revision(String name, PodTemplateSpec template) {}

  static Members of(
      StatefulSet set, Revision current, Revision update, List<Pod> owned, Instant now) {
    var ordinals = Ordinals.of(set);
    Map<Integer, Pod> known = new HashMap<>();
    var condemned = new ArrayList<Pod>();
    for (var pod : owned) {
      int ordinal = Identity.ordinal(pod);
      if (!ordinals.contains(ordinal)) {
        condemned.add(pod);
      } else if (!known.containsKey(ordinal) || Identity.matches(set, pod)) {
        known.put(ordinal, pod);
      }
    }
    condemned.removeIf(pod -> Identity.ordinal(pod) < 0);
    condemned.sort(Comparator.comparingInt(Identity::ordinal).reversed());
    var replicas = new ArrayList<Pod>();
    for (int i = 0; i < ordinals.count(); i++) {
      int ordinal = ordinals.start() + i;
      var pod = known.get(ordinal);
      replicas.add(pod == null ? newPod(set, current, update, ordinal) : pod);
    }
    return new Members(set, current, update, replicas, condemned, now);
  }

  /// Below the partition pods are made of the old revision.
  private static Pod newPod(StatefulSet set, Revision current, Revision update, int ordinal) {
    var strategy = set.spec().updateStrategy();
    var rolling = strategy.rollingUpdate();
    int old = 0;
    if (rolling != null) {
      old = Objects.requireNonNullElse(rolling.partition(), 0);
    } else if (strategy.type().equals("RollingUpdate")) {
      old = set.status().currentReplicas();
    }
    var revision = ordinal - Ordinals.of(set).start() < old ? current : update;
    return Identity.newPod(set, revision.template(), revision.name(), ordinal);
  }

  Stream<Pod> all() {
    return Stream.concat(replicas.stream(), condemned.stream());
  }

  static boolean isCreated(Pod pod) {
    return !pod.status().phase().isEmpty();
  }

  static boolean isRunningAndReady(Pod pod) {
    return pod.status().phase().equals("Running") && PodStates.isReady(pod);
  }

  boolean isAvailable(Pod pod) {
    return PodStates.isAvailable(pod, set.spec().minReadySeconds(), now);
  }

  boolean isUnavailable(Pod pod) {
    return !isAvailable(pod) || PodStates.isBeingDeleted(pod);
  }

  /// The unavailable pod of the lowest ordinal; those that are too many come last.
  Optional<Pod> firstUnavailable() {
    return Stream.concat(replicas.stream(), condemned.reversed().stream())
        .filter(this::isUnavailable)
        .findFirst();
  }

  /// Whether pods come and go one by one, in the order of their ordinals.
  boolean isOrdered() {
    return !set.spec().podManagementPolicy().equals("Parallel");
  }
}

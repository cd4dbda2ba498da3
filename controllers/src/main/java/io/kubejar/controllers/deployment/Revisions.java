package io.kubejar.controllers.deployment;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.apimachinery.KubernetesObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;

/// The annotations by which a Deployment and its ReplicaSets keep their history and their sizes.
final class Revisions {
  static final String REVISION = "deployment.kubernetes.io/revision";
  static final String HISTORY = "deployment.kubernetes.io/revision-history";
  static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
  static final String MAX = "deployment.kubernetes.io/max-replicas";

  /// Old revisions listed on a ReplicaSet that is used again: no longer text than this.
  private static final int HISTORY_LENGTH_MAX = 2000;

  /// What belongs to the Deployment itself.
  private static final Set<String> NOT_COPIED =
      Set.of(
          "kubectl.kubernetes.io/last-applied-configuration",
          REVISION,
          HISTORY,
          DESIRED,
          MAX,
          "deprecated.deployment.rollback.to");

  private Revisions() {}

  static long revision(KubernetesObject object) {
    return number(object.metadata().annotations().get(REVISION));
  }

  /// The revision that a new template gets.
  static long next(List<ReplicaSet> oldSets) {
    return oldSets.stream().mapToLong(Revisions::revision).max().orElse(0) + 1;
  }

  /// What the new set's annotations must be.
  ///
  /// @param known those that it has; empty if it is about to be created
  static Map<String, String> ofNewSet(
      Deployment deployment, Map<String, String> known, long revision) {
    var result = new LinkedHashMap<>(known);
    deployment
        .metadata()
        .annotations()
        .forEach(
            (name, value) -> {
              if (!NOT_COPIED.contains(name)) {
                result.put(name, value);
              }
            });
    var before = known.get(REVISION);
    if (before == null || number(before) < revision) {
      result.put(REVISION, Long.toString(revision));
      if (before != null) {
        result.put(HISTORY, history(known.getOrDefault(HISTORY, ""), before));
      }
    }
    if (!known.containsKey(DESIRED)) {
      result.putAll(sizes(deployment));
    }
    return result;
  }

  /// The annotations that remember the Deployment's size, to see later that it was scaled.
  static Map<String, String> sizes(Deployment deployment) {
    int wanted = Fenceposts.replicas(deployment);
    int max = wanted + Fenceposts.of(deployment).maxSurge();
    return Map.of(DESIRED, Integer.toString(wanted), MAX, Integer.toString(max));
  }

  static OptionalInt desired(ReplicaSet set) {
    return optional(set.metadata().annotations().get(DESIRED));
  }

  static OptionalInt max(ReplicaSet set) {
    return optional(set.metadata().annotations().get(MAX));
  }

  private static String history(String known, String added) {
    if (known.isEmpty()) {
      return added;
    }
    var all = known + "," + added;
    while (all.length() > HISTORY_LENGTH_MAX) {
      all = all.substring(all.indexOf(',') + 1);
    }
    return all;
  }

  private static OptionalInt optional(@org.jspecify.annotations.Nullable String text) {
    return text == null || !text.matches("\\d{1,9}")
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseInt(text));
  }

  private static long number(@org.jspecify.annotations.Nullable String text) {
    try {
      return Long.parseLong(Objects.requireNonNullElse(text, "0"));
    } catch (NumberFormatException _) {
      return 0; // Somebody else wrote it.
    }
  }
}

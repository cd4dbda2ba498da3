package io.kubejar.controllers.tainteviction;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Taint;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.client.nodes.Tolerations;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// When a pod has to leave its node. Pure.
final class Eviction {
  private static final String NO_EXECUTE = "NoExecute";

  private Eviction() {}

  /// The moment at which the pod must go; empty if it may stay. It goes as soon as one taint is not
  /// tolerated; of tolerations for a time the shortest counts.
  ///
  /// @param seen since when the taints are known, for those that do not say since when they are
  ///   there
  static Optional<Instant> dueAt(Pod pod, List<Taint> taints, Instant seen) {
    Instant due = null;
    for (var taint : taints) {
      if (!taint.effect().equals(NO_EXECUTE)) {
        continue;
      }
      var tolerations =
          pod.spec().tolerations().stream().filter(it -> Tolerations.tolerates(it, taint)).toList();
      if (tolerations.isEmpty()) {
        return Optional.of(seen);
      }
      var seconds =
          tolerations.stream()
              .map(Toleration::tolerationSeconds)
              .filter(Objects::nonNull)
              .mapToLong(value -> Math.max(0, value))
              .min();
      if (seconds.isPresent()) {
        var since = Objects.requireNonNullElse(taint.timeAdded(), seen);
        var candidate = since.plusSeconds(seconds.getAsLong());
        due = due == null || candidate.isBefore(due) ? candidate : due;
      }
    }
    return Optional.ofNullable(due);
  }
}

package io.kubejar.client.testing;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What a delete request does to an object.
final class Deletions {
  private static final long POD_GRACE_SECONDS = 30;

  private Deletions() {}

  /// The metadata of the object while it lingers; empty if it goes at once.
  static Optional<ObjectMeta> marked(KubernetesObject object, DeleteOptions options, Instant now) {
    var metadata = object.metadata();
    var finalizers = new ArrayList<>(metadata.finalizers());
    switch (Objects.requireNonNullElse(options.propagationPolicy(), "")) {
      case "Orphan" -> addOnce(finalizers, "orphan");
      case "Foreground" -> addOnce(finalizers, "foregroundDeletion");
      default -> {}
    }
    long grace = graceSeconds(object, options);
    if (finalizers.isEmpty() && grace == 0 && !hasSpecFinalizers(object)) {
      return Optional.empty();
    }
    var known = metadata.deletionGracePeriodSeconds();
    boolean again = metadata.deletionTimestamp() != null;
    long seconds = again && known != null ? Math.min(known, grace) : grace;
    return Optional.of(
        metadata.toBuilder()
            .finalizers(finalizers)
            .deletionTimestamp(again ? metadata.deletionTimestamp() : now.plusSeconds(grace))
            .deletionGracePeriodSeconds(seconds)
            .generation(again ? metadata.generation() : metadata.generation() + 1)
            .build());
  }

  private static long graceSeconds(KubernetesObject object, DeleteOptions options) {
    if (!(object instanceof Pod pod)) {
      return 0;
    }
    var phase = pod.status().phase();
    if (pod.spec().nodeName().isEmpty() || phase.equals("Succeeded") || phase.equals("Failed")) {
      return 0;
    }
    var own =
        Objects.requireNonNullElse(pod.spec().terminationGracePeriodSeconds(), POD_GRACE_SECONDS);
    return Objects.requireNonNullElse(options.gracePeriodSeconds(), own);
  }

  private static boolean hasSpecFinalizers(KubernetesObject object) {
    return object instanceof Namespace namespace && !namespace.spec().finalizers().isEmpty();
  }

  private static void addOnce(List<String> finalizers, String finalizer) {
    if (!finalizers.contains(finalizer)) {
      finalizers.add(finalizer);
    }
  }
}

package io.kubejar.controllers.statefulset;

import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.PersistentVolumeClaimVolumeSource;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// The claims that a StatefulSet's templates give to each of its pods. Pure.
final class PodClaims {
  private PodClaims() {}

  static List<String> names(StatefulSet set, Pod pod) {
    return set.spec().volumeClaimTemplates().stream().map(it -> name(set, it, pod)).toList();
  }

  /// The claims as they are made.
  static List<PersistentVolumeClaim> of(StatefulSet set, Pod pod) {
    var selector = Objects.requireNonNullElse(set.spec().selector(), LabelSelector.EMPTY);
    return set.spec().volumeClaimTemplates().stream()
        .map(
            template -> {
              Map<String, String> labels = new LinkedHashMap<>(template.metadata().labels());
              labels.putAll(selector.matchLabels());
              return template.withMetadata(
                  template.metadata().toBuilder()
                      .name(name(set, template, pod))
                      .namespace(set.metadata().namespace())
                      .labels(labels)
                      .build());
            })
        .toList();
  }

  /// Whether the pod's volumes are the claims of its templates.
  static boolean match(StatefulSet set, Pod pod) {
    return set.spec().volumeClaimTemplates().stream()
        .allMatch(
            template ->
                pod.spec().volumes().stream()
                    .anyMatch(volume -> isOf(volume, template, name(set, template, pod))));
  }

  /// The pod with the claims as its volumes, in place of any others of their names.
  static Pod withVolumes(StatefulSet set, Pod pod) {
    var templates = set.spec().volumeClaimTemplates();
    var names =
        templates.stream().map(template -> template.metadata().name()).collect(Collectors.toSet());
    var volumes = new ArrayList<Volume>();
    for (var template : templates) {
      var source = PersistentVolumeClaimVolumeSource.EMPTY.withClaimName(name(set, template, pod));
      volumes.add(
          Volume.EMPTY.withName(template.metadata().name()).withPersistentVolumeClaim(source));
    }
    pod.spec().volumes().stream()
        .filter(volume -> !names.contains(volume.name()))
        .forEach(volumes::add);
    return pod.withSpec(pod.spec().withVolumes(volumes));
  }

  /// Whether the claim has a name of the set's.
  static boolean couldBeOf(StatefulSet set, PersistentVolumeClaim claim) {
    return set.spec().volumeClaimTemplates().stream()
        .map(template -> "%s-%s-".formatted(template.metadata().name(), set.metadata().name()))
        .anyMatch(claim.metadata().name()::startsWith);
  }

  private static boolean isOf(Volume volume, PersistentVolumeClaim template, String claim) {
    var source = volume.persistentVolumeClaim();
    return volume.name().equals(template.metadata().name())
        && source != null
        && source.claimName().equals(claim);
  }

  private static String name(StatefulSet set, PersistentVolumeClaim template, Pod pod) {
    return "%s-%s-%d"
        .formatted(template.metadata().name(), set.metadata().name(), Identity.ordinal(pod));
  }
}

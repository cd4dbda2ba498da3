package io.kubejar.scheduler.framework;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodAffinityTerm;
import io.kubejar.api.core.v1.WeightedPodAffinityTerm;
import java.util.ArrayList;
import java.util.List;

/// The wishes of a pod about other pods near it, with selectors compiled.
public record PodAffinities(
    List<AffinityTerm> requiredAffinity,
    List<AffinityTerm> requiredAntiAffinity,
    List<Weighted> preferredAffinity,
    List<Weighted> preferredAntiAffinity) {
  private static final PodAffinities NONE =
      new PodAffinities(List.of(), List.of(), List.of(), List.of());

  /// A wish that may be left unfulfilled.
  public record Weighted(AffinityTerm term, int weight) {}

  static PodAffinities of(Pod pod) {
    var affinity = pod.spec().affinity();
    if (affinity == null
        || (affinity.podAffinity() == null && affinity.podAntiAffinity() == null)) {
      return NONE;
    }
    var near = affinity.podAffinity();
    var far = affinity.podAntiAffinity();
    return new PodAffinities(
        near == null
            ? List.of()
            : terms(pod, near.requiredDuringSchedulingIgnoredDuringExecution()),
        far == null ? List.of() : terms(pod, far.requiredDuringSchedulingIgnoredDuringExecution()),
        near == null
            ? List.of()
            : weighted(pod, near.preferredDuringSchedulingIgnoredDuringExecution()),
        far == null
            ? List.of()
            : weighted(pod, far.preferredDuringSchedulingIgnoredDuringExecution()));
  }

  public boolean isEmpty() {
    return requiredAffinity.isEmpty()
        && requiredAntiAffinity.isEmpty()
        && preferredAffinity.isEmpty()
        && preferredAntiAffinity.isEmpty();
  }

  private static List<AffinityTerm> terms(Pod pod, List<PodAffinityTerm> terms) {
    var compiled = new ArrayList<AffinityTerm>();
    for (var term : terms) {
      compiled.add(AffinityTerm.of(pod, term));
    }
    return List.copyOf(compiled);
  }

  private static List<Weighted> weighted(Pod pod, List<WeightedPodAffinityTerm> terms) {
    var compiled = new ArrayList<Weighted>();
    for (var term : terms) {
      compiled.add(new Weighted(AffinityTerm.of(pod, term.podAffinityTerm()), term.weight()));
    }
    return List.copyOf(compiled);
  }
}

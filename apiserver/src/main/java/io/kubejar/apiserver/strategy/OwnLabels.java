package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.Affinity;
import io.kubejar.api.core.v1.PodAffinityTerm;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.TopologySpreadConstraint;
import io.kubejar.api.core.v1.WeightedPodAffinityTerm;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.LabelSelectorRequirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Selectors of a pod that ask for the values that its own labels have: the values are written into
/// the selectors when the pod is made, so that nobody else must look them up.
final class OwnLabels {
  private OwnLabels() {}

  static PodSpec merged(PodSpec pod, Map<String, String> labels) {
    var result = pod;
    if (pod.affinity() != null) {
      result = result.withAffinity(affinity(pod.affinity(), labels));
    }
    if (!pod.topologySpreadConstraints().isEmpty()) {
      result =
          result.withTopologySpreadConstraints(
              pod.topologySpreadConstraints().stream()
                  .map(constraint -> constraint(constraint, labels))
                  .toList());
    }
    return result;
  }

  private static Affinity affinity(Affinity affinity, Map<String, String> labels) {
    var result = affinity;
    var pods = affinity.podAffinity();
    if (pods != null) {
      result =
          result.withPodAffinity(
              pods.withRequiredDuringSchedulingIgnoredDuringExecution(
                      terms(pods.requiredDuringSchedulingIgnoredDuringExecution(), labels))
                  .withPreferredDuringSchedulingIgnoredDuringExecution(
                      weighted(pods.preferredDuringSchedulingIgnoredDuringExecution(), labels)));
    }
    var others = affinity.podAntiAffinity();
    if (others != null) {
      result =
          result.withPodAntiAffinity(
              others
                  .withRequiredDuringSchedulingIgnoredDuringExecution(
                      terms(others.requiredDuringSchedulingIgnoredDuringExecution(), labels))
                  .withPreferredDuringSchedulingIgnoredDuringExecution(
                      weighted(others.preferredDuringSchedulingIgnoredDuringExecution(), labels)));
    }
    return result;
  }

  private static List<PodAffinityTerm> terms(
      List<PodAffinityTerm> terms, Map<String, String> labels) {
    return terms.stream().map(term -> term(term, labels)).toList();
  }

  private static List<WeightedPodAffinityTerm> weighted(
      List<WeightedPodAffinityTerm> terms, Map<String, String> labels) {
    return terms.stream()
        .map(term -> term.withPodAffinityTerm(term(term.podAffinityTerm(), labels)))
        .toList();
  }

  private static PodAffinityTerm term(PodAffinityTerm term, Map<String, String> labels) {
    var same = merged(term.labelSelector(), term.matchLabelKeys(), "In", labels);
    return term.withLabelSelector(merged(same, term.mismatchLabelKeys(), "NotIn", labels));
  }

  private static TopologySpreadConstraint constraint(
      TopologySpreadConstraint constraint, Map<String, String> labels) {
    return constraint.withLabelSelector(
        merged(constraint.labelSelector(), constraint.matchLabelKeys(), "In", labels));
  }

  /// No selector selects nothing, whatever is added to it.
  private static @Nullable LabelSelector merged(
      @Nullable LabelSelector selector,
      List<String> keys,
      String operator,
      Map<String, String> labels) {
    if (selector == null || keys.isEmpty()) {
      return selector;
    }
    var requirements = new ArrayList<>(selector.matchExpressions());
    for (var key : keys) {
      var value = labels.get(key);
      if (value != null) {
        requirements.add(
            LabelSelectorRequirement.EMPTY
                .withKey(key)
                .withOperator(operator)
                .withValues(List.of(value)));
      }
    }
    return selector.withMatchExpressions(requirements);
  }
}

package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.PodFailurePolicyOnExitCodesRequirement;
import io.kubejar.api.batch.v1.PodFailurePolicyOnPodConditionsPattern;
import io.kubejar.api.batch.v1.PodFailurePolicyRule;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a Job's policy makes of the failure of one pod. The first rule that fits decides. Pure.
///
/// @param action of the rule; empty if none fits
/// @param message why the whole Job fails; empty unless it does
record FailureMatch(String action, String message) {
  static final String FAIL_JOB = "FailJob";
  static final String FAIL_INDEX = "FailIndex";
  static final String IGNORE = "Ignore";
  static final String COUNT = "Count";

  private static final FailureMatch NONE = new FailureMatch("", "");

  static FailureMatch of(Job job, Pod failed) {
    var policy = job.spec().podFailurePolicy();
    if (policy == null) {
      return NONE;
    }
    for (int i = 0; i < policy.rules().size(); i++) {
      var rule = policy.rules().get(i);
      var why = reason(rule, failed);
      if (why.isPresent() && isKnown(rule.action())) {
        var message =
            rule.action().equals(FAIL_JOB)
                ? why.get() + " matching " + FAIL_JOB + " rule at index " + i
                : "";
        return new FailureMatch(rule.action(), message);
      }
    }
    return NONE;
  }

  /// Whether the failure counts towards the limits.
  boolean counts() {
    return !action.equals(IGNORE);
  }

  private static boolean isKnown(String action) {
    return List.of(FAIL_JOB, FAIL_INDEX, IGNORE, COUNT).contains(action);
  }

  /// What of the pod fits the rule; empty if nothing does.
  private static Optional<String> reason(PodFailurePolicyRule rule, Pod pod) {
    var name = pod.metadata().namespace() + "/" + pod.metadata().name();
    var codes = rule.onExitCodes();
    if (codes == null) {
      return pod.status().conditions().stream()
          .filter(condition -> fits(condition, rule.onPodConditions()))
          .findFirst()
          .map(condition -> "Pod " + name + " has condition " + condition.type());
    }
    return Stream.concat(
            pod.status().containerStatuses().stream(),
            pod.status().initContainerStatuses().stream())
        .filter(status -> fits(status, codes))
        .findFirst()
        .map(
            status ->
                "Container %s for pod %s failed with exit code %d"
                    .formatted(status.name(), name, exitCode(status)));
  }

  private static boolean fits(
      PodCondition condition, List<PodFailurePolicyOnPodConditionsPattern> patterns) {
    return patterns.stream()
        .anyMatch(
            pattern ->
                pattern.type().equals(condition.type())
                    && pattern.status().equals(condition.status()));
  }

  private static boolean fits(
      ContainerStatus status, PodFailurePolicyOnExitCodesRequirement wanted) {
    int code = exitCode(status);
    boolean named = wanted.containerName() == null || wanted.containerName().equals(status.name());
    if (!named || code == 0) {
      return false; // What still runs has no code either.
    }
    return switch (wanted.operator()) {
      case "In" -> wanted.values().contains(code);
      case "NotIn" -> !wanted.values().contains(code);
      default -> false;
    };
  }

  /// Zero if it has not ended.
  private static int exitCode(ContainerStatus status) {
    var ended = status.state().terminated();
    return ended == null ? 0 : ended.exitCode();
  }
}

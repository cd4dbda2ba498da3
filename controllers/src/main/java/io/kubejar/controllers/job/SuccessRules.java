package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.SuccessPolicyRule;
import java.util.Optional;

/// Whether enough indexes have succeeded, though not all have. Pure.
final class SuccessRules {
  private SuccessRules() {}

  /// What the Job's success is put down to; empty if no rule holds.
  static Optional<String> met(Job job, Indexes succeeded) {
    var policy = job.spec().successPolicy();
    if (policy == null || succeeded.equals(Indexes.NONE)) {
      return Optional.empty();
    }
    int completions = JobStates.completions(job.spec());
    for (int i = 0; i < policy.rules().size(); i++) {
      if (holds(policy.rules().get(i), succeeded, completions)) {
        return Optional.of("Matched rules at index " + i);
      }
    }
    return Optional.empty();
  }

  private static boolean holds(SuccessPolicyRule rule, Indexes succeeded, int completions) {
    var count = rule.succeededCount();
    var named = rule.succeededIndexes();
    if (named == null) {
      return count != null && succeeded.total() >= count;
    }
    var wanted = Indexes.parse(named, completions);
    if (wanted.equals(Indexes.NONE)) {
      return false;
    }
    int there = wanted.common(succeeded);
    return there == wanted.total() || (count != null && there >= count);
  }
}

package io.kubejar.apiserver.admission.podsecurity;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/// Applies the checks of a level, those of the baseline first, ordered by their ids.
final class Evaluator {
  private static final List<Check> CHECKS =
      Stream.of(BaselineChecks.ALL, ProfileChecks.ALL, RestrictedChecks.ALL)
          .flatMap(List::stream)
          .sorted(Comparator.comparing(Check::level).thenComparing(Check::id))
          .toList();

  private Evaluator() {}

  /// What the pod does that the level forbids.
  static List<Violation> evaluate(LevelVersion policy, CheckedPod pod) {
    if (policy.level() == Level.PRIVILEGED) {
      return List.of();
    }
    var overridden = new HashSet<String>();
    var applied = CHECKS.stream().filter(check -> check.level().compareTo(policy.level()) <= 0);
    if (policy.level() == Level.RESTRICTED) {
      CHECKS.stream()
          .flatMap(check -> check.at(policy.minor()).stream())
          .forEach(versioned -> overridden.addAll(versioned.overrides()));
    }
    return applied
        .filter(check -> !overridden.contains(check.id()))
        .flatMap(check -> check.at(policy.minor()).stream())
        .flatMap(versioned -> versioned.rule().apply(pod).stream())
        .toList();
  }
}

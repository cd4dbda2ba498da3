package io.kubejar.apiserver.admission.podsecurity;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// One thing that a level forbids, as the versions had it.
///
/// @param id by which checks are ordered and overridden
/// @param level the first level that forbids it
/// @param versions in growing order
record Check(String id, Level level, List<Versioned> versions) {

  /// @param since the first minor version with this rule
  /// @param overrides checks of the baseline that this one makes needless
  record Versioned(int since, Rule rule, Set<String> overrides) {
    static Versioned of(int since, Rule rule) {
      return new Versioned(since, rule, Set.of());
    }
  }

  /// Looks at a pod.
  interface Rule extends Function<CheckedPod, Optional<Violation>> {

    /// The same rule, except for pods on Windows nodes.
    default Rule unlessWindows() {
      return pod -> pod.forWindows() ? Optional.empty() : apply(pod);
    }

    /// The same rule, except for pods whose root is nobody on the node.
    default Rule unlessUserNamespace() {
      return pod -> pod.hasUserNamespace() ? Optional.empty() : apply(pod);
    }
  }

  /// The rule of a version; empty before the first one.
  Optional<Versioned> at(int minor) {
    return versions.stream().filter(each -> each.since() <= minor).reduce((_, later) -> later);
  }
}

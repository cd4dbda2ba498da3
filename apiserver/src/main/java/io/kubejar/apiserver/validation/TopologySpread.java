package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.TopologySpreadConstraint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How pods are to be spread over the nodes.
final class TopologySpread {
  private TopologySpread() {}

  static void constraints(Check at, List<TopologySpreadConstraint> constraints) {
    for (int i = 0; i < constraints.size(); i++) {
      constraint(at.at(i), constraints.get(i), constraints.subList(i + 1, constraints.size()));
    }
  }

  private static void constraint(
      Check at, TopologySpreadConstraint constraint, List<TopologySpreadConstraint> following) {
    at.at("maxSkew").positive(constraint.maxSkew());
    if (constraint.topologyKey().isEmpty()) {
      at.at("topologyKey").required("can not be empty");
    }
    var action = constraint.whenUnsatisfiable();
    if (!action.equals("DoNotSchedule") && !action.equals("ScheduleAnyway")) {
      at.at("whenUnsatisfiable").notSupported(action, "DoNotSchedule", "ScheduleAnyway");
    }
    boolean again =
        following.stream()
            .anyMatch(
                other ->
                    other.topologyKey().equals(constraint.topologyKey())
                        && other.whenUnsatisfiable().equals(action));
    if (again) {
      at.at("{topologyKey, whenUnsatisfiable}")
          .duplicate("{" + constraint.topologyKey() + ", " + action + "}");
    }
    minDomains(at.at("minDomains"), constraint);
    inclusion(at.at("nodeAffinityPolicy"), constraint.nodeAffinityPolicy());
    inclusion(at.at("nodeTaintsPolicy"), constraint.nodeTaintsPolicy());
    LabelKeys.both(at, constraint.matchLabelKeys(), List.of(), constraint.labelSelector());
    MetadataValidation.selector(at.at("labelSelector"), constraint.labelSelector());
  }

  private static void minDomains(Check at, TopologySpreadConstraint constraint) {
    var domains = constraint.minDomains();
    if (domains == null) {
      return;
    }
    at.positive(domains);
    if (!constraint.whenUnsatisfiable().equals("DoNotSchedule")) {
      at.invalid(
          domains,
          "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not "
              + constraint.whenUnsatisfiable());
    }
  }

  private static void inclusion(Check at, @Nullable String policy) {
    if (policy != null && !policy.equals("Honor") && !policy.equals("Ignore")) {
      at.notSupported(policy, "Honor", "Ignore");
    }
  }
}

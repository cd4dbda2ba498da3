package io.kubejar.apiserver.authz;

import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.apimachinery.selector.LabelSelectors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/// Cluster roles that consist of others.
public final class Aggregation {
  private Aggregation() {}

  /// The rules of an aggregated role: those of all roles that its selectors choose, in the order of
  /// their names, each once.
  public static List<PolicyRule> rules(ClusterRole role, List<ClusterRole> all) {
    var aggregation = role.aggregationRule();
    if (aggregation == null) {
      return role.rules();
    }
    var rules = new LinkedHashSet<PolicyRule>();
    for (var selector : aggregation.clusterRoleSelectors()) {
      var chosen = LabelSelectors.of(selector);
      all.stream()
          .filter(other -> !other.metadata().name().equals(role.metadata().name()))
          .filter(other -> chosen.matches(other.metadata().labels()))
          .sorted(Comparator.comparing((ClusterRole other) -> other.metadata().name()))
          .forEach(other -> rules.addAll(other.rules()));
    }
    return List.copyOf(rules);
  }

  /// The roles with the rules of aggregated ones filled in, as often as it takes for roles that
  /// aggregate aggregated ones.
  static List<ClusterRole> filled(List<ClusterRole> roles) {
    var current = roles;
    for (int round = 0; round <= roles.size(); round++) {
      var next = new ArrayList<ClusterRole>();
      for (var role : current) {
        next.add(role.withRules(rules(role, current)));
      }
      if (next.equals(current)) {
        return next;
      }
      current = next;
    }
    return current; // A circle: each has what the others have.
  }
}

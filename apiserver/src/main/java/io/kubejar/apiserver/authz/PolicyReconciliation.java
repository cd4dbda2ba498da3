package io.kubejar.apiserver.authz;

import io.kubejar.api.rbac.v1.AggregationRule;
import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.api.rbac.v1.Role;
import io.kubejar.api.rbac.v1.RoleBinding;
import io.kubejar.api.rbac.v1.Subject;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a start does with roles and bindings that are there already: it adds what is missing, and
/// keeps what users added, unless they said hands off. An answer equal to the existing object means
/// that there is nothing to do.
public final class PolicyReconciliation {
  private PolicyReconciliation() {}

  public static ClusterRole clusterRole(ClusterRole existing, ClusterRole expected) {
    if (handsOff(existing.metadata())) {
      return existing;
    }
    var merged = existing.withMetadata(merged(existing.metadata(), expected.metadata()));
    var aggregation = expected.aggregationRule();
    if (aggregation == null) {
      return merged.withRules(merged(existing.rules(), expected.rules()));
    }
    var own = existing.aggregationRule();
    var selectors =
        new ArrayList<LabelSelector>(own == null ? List.of() : own.clusterRoleSelectors());
    aggregation.clusterRoleSelectors().stream()
        .filter(selector -> !selectors.contains(selector))
        .forEach(selectors::add);
    return merged.withAggregationRule(
        AggregationRule.EMPTY.withClusterRoleSelectors(List.copyOf(selectors)));
  }

  public static Role role(Role existing, Role expected) {
    return handsOff(existing.metadata())
        ? existing
        : existing
            .withMetadata(merged(existing.metadata(), expected.metadata()))
            .withRules(merged(existing.rules(), expected.rules()));
  }

  /// A binding to another role cannot be mended: it has to be deleted and created anew.
  public static boolean mustRecreate(ClusterRoleBinding existing, ClusterRoleBinding expected) {
    return !handsOff(existing.metadata()) && !existing.roleRef().equals(expected.roleRef());
  }

  /// A binding to another role cannot be mended: it has to be deleted and created anew.
  public static boolean mustRecreate(RoleBinding existing, RoleBinding expected) {
    return !handsOff(existing.metadata()) && !existing.roleRef().equals(expected.roleRef());
  }

  public static ClusterRoleBinding clusterRoleBinding(
      ClusterRoleBinding existing, ClusterRoleBinding expected) {
    return handsOff(existing.metadata())
        ? existing
        : existing
            .withMetadata(merged(existing.metadata(), expected.metadata()))
            .withSubjects(subjects(existing.subjects(), expected.subjects()));
  }

  public static RoleBinding roleBinding(RoleBinding existing, RoleBinding expected) {
    return handsOff(existing.metadata())
        ? existing
        : existing
            .withMetadata(merged(existing.metadata(), expected.metadata()))
            .withSubjects(subjects(existing.subjects(), expected.subjects()));
  }

  private static boolean handsOff(ObjectMeta meta) {
    return "false".equals(meta.annotations().get(BootstrapPolicy.AUTOUPDATE_ANNOTATION));
  }

  private static ObjectMeta merged(ObjectMeta existing, ObjectMeta expected) {
    return existing
        .withLabels(merged(existing.labels(), expected.labels()))
        .withAnnotations(merged(existing.annotations(), expected.annotations()));
  }

  /// What is set stays as it is, what is missing is added.
  private static Map<String, String> merged(
      Map<String, String> existing, Map<String, String> expected) {
    if (existing.keySet().containsAll(expected.keySet())) {
      return existing;
    }
    var all = new LinkedHashMap<>(existing);
    expected.forEach(all::putIfAbsent);
    return all;
  }

  private static List<PolicyRule> merged(List<PolicyRule> existing, List<PolicyRule> expected) {
    var missing = RuleCover.missing(existing, expected);
    if (missing.isEmpty()) {
      return existing;
    }
    var all = new ArrayList<>(existing);
    all.addAll(missing);
    return List.copyOf(all);
  }

  private static List<Subject> subjects(List<Subject> existing, List<Subject> expected) {
    var all = new ArrayList<>(existing);
    expected.stream().filter(subject -> !all.contains(subject)).forEach(all::add);
    return List.copyOf(all);
  }
}

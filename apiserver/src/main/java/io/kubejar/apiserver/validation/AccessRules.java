package io.kubejar.apiserver.validation;

import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.api.rbac.v1.Role;
import io.kubejar.api.rbac.v1.RoleRef;
import io.kubejar.api.rbac.v1.Subject;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import java.util.List;

/// Roles and who has them.
final class AccessRules {
  private static final String GROUP = "rbac.authorization.k8s.io";

  private AccessRules() {}

  static void role(Check root, Role role) {
    root.at("rules").each(role.rules(), (item, rule) -> rule(item, rule, true));
  }

  /// Selectors may go on with values that no label can have.
  static void clusterRole(Check root, ClusterRole role, ClusterRole old) {
    var before = old.aggregationRule();
    var selectors = before == null ? List.<LabelSelector>of() : before.clusterRoleSelectors();
    clusterRole(root, role, selectors.stream().noneMatch(MetadataValidation::hasInvalidValue));
  }

  static void clusterRole(Check root, ClusterRole role) {
    clusterRole(root, role, true);
  }

  private static void clusterRole(Check root, ClusterRole role, boolean withValues) {
    root.at("rules").each(role.rules(), (item, rule) -> rule(item, rule, false));
    var aggregation = role.aggregationRule();
    if (aggregation != null) {
      var selectors = root.at("aggregationRule").at("clusterRoleSelectors");
      if (aggregation.clusterRoleSelectors().isEmpty()) {
        selectors.required(
            "at least one clusterRoleSelector required if aggregationRule is non-nil");
      }
      selectors.each(
          aggregation.clusterRoleSelectors(),
          (item, selector) -> {
            MetadataValidation.selector(item, selector, withValues);
            if (Workloads.parsed(selector).isEmpty()) {
              item.invalid(null, "invalid label selector.");
            }
          });
    }
  }

  private static void rule(Check at, PolicyRule rule, boolean namespaced) {
    if (rule.verbs().isEmpty()) {
      at.at("verbs").required("verbs must contain at least one value");
    }
    if (!rule.nonResourceURLs().isEmpty()) {
      if (namespaced) {
        at.at("nonResourceURLs")
            .invalid(rule.nonResourceURLs(), "namespaced rules cannot apply to non-resource URLs");
      }
      boolean both =
          !rule.apiGroups().isEmpty()
              || !rule.resources().isEmpty()
              || !rule.resourceNames().isEmpty();
      if (both) {
        at.at("nonResourceURLs")
            .invalid(
                rule.nonResourceURLs(),
                "rules cannot apply to both regular resources and non-resource URLs");
      }
      return;
    }
    if (rule.apiGroups().isEmpty()) {
      at.at("apiGroups").required("resource rules must supply at least one api group");
    }
    if (rule.resources().isEmpty()) {
      at.at("resources").required("resource rules must supply at least one resource");
    }
  }

  static void binding(Check root, RoleRef role, List<Subject> subjects, boolean namespaced) {
    var at = root.at("roleRef");
    if (!role.apiGroup().equals(GROUP)) {
      at.at("apiGroup").notSupported(role.apiGroup(), GROUP);
    }
    if (!role.kind().equals("ClusterRole") && !(namespaced && role.kind().equals("Role"))) {
      if (namespaced) {
        at.at("kind").notSupported(role.kind(), "Role", "ClusterRole");
      } else {
        at.at("kind").notSupported(role.kind(), "ClusterRole");
      }
    }
    if (role.name().isEmpty()) {
      at.at("name").required("");
    } else {
      at.at("name").format(role.name(), Formats::pathSegment);
    }
    root.at("subjects").each(subjects, (item, subject) -> subject(item, subject, namespaced));
  }

  private static void subject(Check at, Subject subject, boolean namespaced) {
    if (subject.name().isEmpty()) {
      at.at("name").required("");
    }
    switch (subject.kind()) {
      case "ServiceAccount" -> {
        if (!subject.name().isEmpty()) {
          at.at("name").format(subject.name(), Formats::dns1123Subdomain);
        }
        if (!subject.apiGroup().isEmpty()) {
          at.at("apiGroup").notSupported(subject.apiGroup(), "");
        }
        if (!namespaced && subject.namespace().isEmpty()) {
          at.at("namespace").required("");
        }
      }
      case "User", "Group" -> {
        if (!subject.apiGroup().equals(GROUP)) {
          at.at("apiGroup").notSupported(subject.apiGroup(), GROUP);
        }
      }
      default -> at.at("kind").notSupported(subject.kind(), "ServiceAccount", "User", "Group");
    }
  }

  static void sameRole(Check root, RoleRef role, RoleRef old) {
    if (!role.equals(old)) {
      root.at("roleRef").invalid(role, "cannot change roleRef");
    }
  }
}

package io.kubejar.apiserver.authz;

import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.api.rbac.v1.RoleBinding;
import io.kubejar.api.rbac.v1.RoleRef;
import io.kubejar.api.rbac.v1.Subject;
import io.kubejar.apiserver.authn.UserInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// Who is bound to which rules, by subject, so that a request only looks at bindings that concern
/// its user. Immutable: a change of any role or binding makes a new one.
final class RbacIndex {
  private static final String CLUSTER = "";

  /// What one subject gets from one binding. The rules are null if the role does not exist.
  record Grant(String description, @Nullable List<PolicyRule> rules, String missing) {}

  private final long generation;
  private final Map<String, Map<String, List<Grant>>> bySubjectAndNamespace = new HashMap<>();
  private final Map<String, List<PolicyRule>> clusterRoles = new HashMap<>();
  private final Map<String, List<PolicyRule>> roles = new HashMap<>();

  private RbacIndex(long generation) {
    this.generation = generation;
  }

  static RbacIndex of(long generation, RbacSource source) {
    var index = new RbacIndex(generation);
    for (var role : source.clusterRoles()) {
      index.clusterRoles.put(role.metadata().name(), role.rules());
    }
    for (var role : source.roles()) {
      index.roles.put(role.metadata().namespace() + "/" + role.metadata().name(), role.rules());
    }
    source.clusterRoleBindings().forEach(index::add);
    source.roleBindings().forEach(index::add);
    return index;
  }

  long generation() {
    return generation;
  }

  /// The rules of a role that a binding in this namespace refers to; null if there is none.
  @Nullable List<PolicyRule> rulesOf(RoleRef role, String namespace) {
    return role.kind().equals("Role")
        ? roles.get(namespace + "/" + role.name())
        : clusterRoles.get(role.name());
  }

  /// Shows the visitor each grant that holds for this user in this namespace (empty: in the cluster
  /// only), cluster-wide ones first, until it says that it has seen enough.
  void visit(UserInfo user, String namespace, BiPredicate<Grant, String> enough) {
    for (var place : namespace.isEmpty() ? List.of(CLUSTER) : List.of(CLUSTER, namespace)) {
      for (var subject : keysOf(user)) {
        var grants = bySubjectAndNamespace.getOrDefault(subject, Map.of()).get(place);
        if (grants == null) {
          continue;
        }
        for (var grant : grants) {
          if (enough.test(grant, place)) {
            return;
          }
        }
      }
    }
  }

  private void add(ClusterRoleBinding binding) {
    var name = binding.metadata().name();
    for (var subject : binding.subjects()) {
      var description =
          "ClusterRoleBinding " + Quoted.of(name) + of(binding.roleRef(), subject, "");
      add(subject, CLUSTER, "", description, binding.roleRef());
    }
  }

  private void add(RoleBinding binding) {
    var namespace = binding.metadata().namespace();
    var name = binding.metadata().name() + "/" + namespace;
    for (var subject : binding.subjects()) {
      var description =
          "RoleBinding " + Quoted.of(name) + of(binding.roleRef(), subject, namespace);
      add(subject, namespace, namespace, description, binding.roleRef());
    }
  }

  private void add(
      Subject subject, String place, String namespace, String description, RoleRef role) {
    var key = keyOf(subject, namespace);
    if (key == null) {
      return;
    }
    var rules = rulesOf(role, namespace);
    var kind = role.kind().equals("Role") ? "role" : "clusterrole";
    var missing =
        rules != null
            ? ""
            : kind + ".rbac.authorization.k8s.io " + Quoted.of(role.name()) + " not found";
    bySubjectAndNamespace
        .computeIfAbsent(key, _ -> new HashMap<>())
        .computeIfAbsent(place, _ -> new ArrayList<>())
        .add(new Grant(description, rules, missing));
  }

  private static Set<String> keysOf(UserInfo user) {
    var keys = new LinkedHashSet<String>();
    keys.add("u:" + user.name());
    for (var group : user.groups()) {
      keys.add("g:" + group);
    }
    return keys;
  }

  /// A service account without a namespace is in the binding's own; in a cluster-wide binding it is
  /// nobody.
  private static @Nullable String keyOf(Subject subject, String bindingNamespace) {
    return switch (subject.kind()) {
      case "User" -> "u:" + subject.name();
      case "Group" -> "g:" + subject.name();
      case "ServiceAccount" -> {
        var namespace = subject.namespace().isEmpty() ? bindingNamespace : subject.namespace();
        yield namespace.isEmpty()
            ? null
            : "u:system:serviceaccount:" + namespace + ":" + subject.name();
      }
      default -> null;
    };
  }

  private static String of(RoleRef role, Subject subject, String bindingNamespace) {
    var namespace = subject.namespace().isEmpty() ? bindingNamespace : subject.namespace();
    var who =
        subject.kind().equals("ServiceAccount") && !namespace.isEmpty()
            ? subject.name() + "/" + namespace
            : subject.name();
    return " of "
        + role.kind()
        + " "
        + Quoted.of(role.name())
        + " to "
        + subject.kind()
        + " "
        + Quoted.of(who);
  }
}

package io.kubejar.apiserver.authz;

import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.Role;
import io.kubejar.api.rbac.v1.RoleBinding;
import java.util.List;

/// The roles and bindings that every cluster starts with, as upstream names them.
public record BootstrapPolicy(
    List<ClusterRole> clusterRoles,
    List<ClusterRoleBinding> clusterRoleBindings,
    List<Role> roles,
    List<RoleBinding> roleBindings) {
  public static final String AUTOUPDATE_ANNOTATION = "rbac.authorization.kubernetes.io/autoupdate";

  public BootstrapPolicy {
    clusterRoles = List.copyOf(clusterRoles);
    clusterRoleBindings = List.copyOf(clusterRoleBindings);
    roles = List.copyOf(roles);
    roleBindings = List.copyOf(roleBindings);
  }

  public static BootstrapPolicy load() {
    return BootstrapPolicyReader.read();
  }
}

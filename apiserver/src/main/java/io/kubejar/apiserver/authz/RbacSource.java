package io.kubejar.apiserver.authz;

import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.Role;
import io.kubejar.api.rbac.v1.RoleBinding;
import java.util.List;

/// The roles and bindings of the moment.
public interface RbacSource {
  /// Differs from the last time if any of the lists may differ. Called for every request.
  long generation();

  List<ClusterRole> clusterRoles();

  List<ClusterRoleBinding> clusterRoleBindings();

  List<Role> roles();

  List<RoleBinding> roleBindings();
}

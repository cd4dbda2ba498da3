package io.kubejar.apiserver.authz;

import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.api.rbac.v1.Role;
import io.kubejar.api.rbac.v1.RoleBinding;
import io.kubejar.api.rbac.v1.RoleRef;
import io.kubejar.api.rbac.v1.Subject;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.util.ArrayList;
import java.util.List;

/// Roles and bindings in memory.
final class FakeRbac implements RbacSource {
  private static final String GROUP = "rbac.authorization.k8s.io";

  final List<ClusterRole> clusterRoles = new ArrayList<>();
  final List<ClusterRoleBinding> clusterRoleBindings = new ArrayList<>();
  final List<Role> roles = new ArrayList<>();
  final List<RoleBinding> roleBindings = new ArrayList<>();
  long generation;

  static FakeRbac bootstrapped() {
    var policy = BootstrapPolicy.load();
    var rbac = new FakeRbac();
    rbac.clusterRoles.addAll(policy.clusterRoles());
    rbac.clusterRoleBindings.addAll(policy.clusterRoleBindings());
    rbac.roles.addAll(policy.roles());
    rbac.roleBindings.addAll(policy.roleBindings());
    return rbac;
  }

  FakeRbac clusterRole(String name, PolicyRule... rules) {
    clusterRoles.add(ClusterRole.EMPTY.withMetadata(meta("", name)).withRules(List.of(rules)));
    generation++;
    return this;
  }

  FakeRbac role(String namespace, String name, PolicyRule... rules) {
    roles.add(Role.EMPTY.withMetadata(meta(namespace, name)).withRules(List.of(rules)));
    generation++;
    return this;
  }

  FakeRbac bindCluster(String name, String role, Subject... subjects) {
    clusterRoleBindings.add(
        ClusterRoleBinding.EMPTY
            .withMetadata(meta("", name))
            .withRoleRef(new RoleRef(GROUP, "ClusterRole", role))
            .withSubjects(List.of(subjects)));
    generation++;
    return this;
  }

  FakeRbac bind(String namespace, String name, String kind, String role, Subject... subjects) {
    roleBindings.add(
        RoleBinding.EMPTY
            .withMetadata(meta(namespace, name))
            .withRoleRef(new RoleRef(GROUP, kind, role))
            .withSubjects(List.of(subjects)));
    generation++;
    return this;
  }

  static Subject user(String name) {
    return new Subject("User", GROUP, name, "");
  }

  static Subject group(String name) {
    return new Subject("Group", GROUP, name, "");
  }

  static Subject account(String namespace, String name) {
    return new Subject("ServiceAccount", "", name, namespace);
  }

  static PolicyRule rule(String verbs, String groups, String resources) {
    return PolicyRule.EMPTY
        .withVerbs(words(verbs))
        .withApiGroups(words(groups))
        .withResources(words(resources));
  }

  static PolicyRule url(String verbs, String urls) {
    return PolicyRule.EMPTY.withVerbs(words(verbs)).withNonResourceURLs(words(urls));
  }

  private static List<String> words(String text) {
    return List.of(text.split(",", -1));
  }

  private static ObjectMeta meta(String namespace, String name) {
    return ObjectMeta.EMPTY.withNamespace(namespace).withName(name);
  }

  @Override
  public long generation() {
    return generation;
  }

  @Override
  public List<ClusterRole> clusterRoles() {
    return clusterRoles;
  }

  @Override
  public List<ClusterRoleBinding> clusterRoleBindings() {
    return clusterRoleBindings;
  }

  @Override
  public List<Role> roles() {
    return roles;
  }

  @Override
  public List<RoleBinding> roleBindings() {
    return roleBindings;
  }
}

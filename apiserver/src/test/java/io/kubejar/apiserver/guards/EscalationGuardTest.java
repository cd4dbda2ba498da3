package io.kubejar.apiserver.guards;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.api.rbac.v1.Role;
import io.kubejar.api.rbac.v1.RoleBinding;
import io.kubejar.api.rbac.v1.RoleRef;
import io.kubejar.api.rbac.v1.Subject;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.BootstrapPolicy;
import io.kubejar.apiserver.authz.Escalation;
import io.kubejar.apiserver.authz.RbacAuthorizer;
import io.kubejar.apiserver.authz.RbacSource;
import io.kubejar.apiserver.request.Call;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EscalationGuardTest {
  private static final UserInfo JANE = UserInfo.of("jane", "system:authenticated");
  private static final PolicyRule EVERYTHING =
      PolicyRule.EMPTY
          .withVerbs(List.of("*"))
          .withApiGroups(List.of("*"))
          .withResources(List.of("*"));
  private static final ObjectMeta META = ObjectMeta.EMPTY.withNamespace("ns").withName("x");

  private final RbacAuthorizer rbac = new RbacAuthorizer(new Bootstrapped(BootstrapPolicy.load()));
  private final EscalationGuard guard = new EscalationGuard(new Escalation(rbac, rbac));

  @Test
  void refusesRolesBeyondTheWritersOwn() {
    var role = Role.EMPTY.withMetadata(META).withRules(List.of(EVERYTHING));
    var clusterRole =
        ClusterRole.EMPTY.withMetadata(META.withNamespace("")).withRules(List.of(EVERYTHING));

    refuses(JANE, Role.RESOURCE, role, null);
    refuses(JANE, ClusterRole.RESOURCE, clusterRole, null);
    refuses(JANE, Role.RESOURCE, role, role.withRules(List.of()));
    accepts(JANE, Role.RESOURCE, role, role); // Nothing is granted anew.
    accepts(UserInfo.of("root", "system:masters"), Role.RESOURCE, role, null);
  }

  @Test
  void refusesBindingsToRolesBeyondTheWritersOwn() {
    var admin = new RoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin");
    var basic = admin.withName("system:basic-user");
    var binding = RoleBinding.EMPTY.withMetadata(META).withRoleRef(admin);
    var clusterBinding =
        ClusterRoleBinding.EMPTY.withMetadata(META.withNamespace("")).withRoleRef(admin);

    refuses(JANE, RoleBinding.RESOURCE, binding, null);
    refuses(JANE, ClusterRoleBinding.RESOURCE, clusterBinding, null);
    var more = binding.withSubjects(List.of(new Subject("User", "", "joe", "")));
    refuses(JANE, RoleBinding.RESOURCE, more, binding);
    accepts(JANE, RoleBinding.RESOURCE, binding, binding);
    accepts(JANE, ClusterRoleBinding.RESOURCE, clusterBinding.withRoleRef(basic), null);
  }

  private void accepts(
      UserInfo user,
      ResourceType<?> type,
      KubernetesObject object,
      @Nullable KubernetesObject old) {
    assertThatCode(() -> guard.validate(request(user, type, object, old)))
        .doesNotThrowAnyException();
  }

  private void refuses(
      UserInfo user,
      ResourceType<?> type,
      KubernetesObject object,
      @Nullable KubernetesObject old) {
    assertThatThrownBy(() -> guard.validate(request(user, type, object, old)))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("is attempting to grant RBAC permissions not currently held");
  }

  private static AdmissionRequest request(
      UserInfo user,
      ResourceType<?> type,
      KubernetesObject object,
      @Nullable KubernetesObject old) {
    var operation = old == null ? Operation.CREATE : Operation.UPDATE;
    var call = Call.by(user, "test");
    return new AdmissionRequest(operation, call, type, "", "ns", "x", object, old);
  }

  private record Bootstrapped(BootstrapPolicy policy) implements RbacSource {
    @Override
    public long generation() {
      return 0;
    }

    @Override
    public List<ClusterRole> clusterRoles() {
      return policy.clusterRoles();
    }

    @Override
    public List<ClusterRoleBinding> clusterRoleBindings() {
      return policy.clusterRoleBindings();
    }

    @Override
    public List<Role> roles() {
      return policy.roles();
    }

    @Override
    public List<RoleBinding> roleBindings() {
      return policy.roleBindings();
    }
  }
}

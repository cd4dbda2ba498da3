package io.kubejar.apiserver.authz;

import static io.kubejar.apiserver.authz.FakeRbac.rule;
import static io.kubejar.apiserver.authz.FakeRbac.url;
import static io.kubejar.apiserver.authz.FakeRbac.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.api.rbac.v1.RoleRef;
import io.kubejar.apiserver.authn.UserInfo;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EscalationTest {
  private static final String GROUP = "rbac.authorization.k8s.io";
  private static final UserInfo JANE = UserInfo.of("jane", "devs");

  private final FakeRbac rbac = new FakeRbac();
  private final RbacAuthorizer authorizer = new RbacAuthorizer(rbac);
  private final Escalation escalation = new Escalation(authorizer, authorizer);

  @Test
  void letsUsersGrantWhatTheyHave() {
    rbac.clusterRole("r", rule("get,list", "", "pods,services"), url("get", "/logs/*"))
        .bindCluster("b", "r", user("jane"));

    assertThat(role(rule("get", "", "pods"), rule("list", "", "services"))).isEmpty();
    assertThat(role(url("get", "/logs/x"))).isEmpty();
  }

  @Test
  void refusesToGrantMore() {
    rbac.role("ns", "r", rule("get", "", "pods")).bind("ns", "b", "Role", "r", user("jane"));

    assertThat(
            escalation.ofRole(
                JANE, "ns", "new", List.of(rule("get,delete,list", "", "pods")), false))
        .contains(
            "user \"jane\" (groups=[\"devs\"]) is attempting to grant RBAC permissions not"
                + " currently held:\n"
                + "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"delete\" \"list\"]}");
    assertThat(escalation.ofRole(JANE, "other", "new", List.of(rule("get", "", "pods")), false))
        .isPresent();
    assertThat(escalation.ofRole(JANE, "ns", "new", List.of(rule("*", "", "pods")), false))
        .isPresent();
    assertThat(escalation.ofRole(JANE, "ns", "new", List.of(rule("get", "*", "pods")), false))
        .isPresent();
  }

  @Test
  void seesThroughNames() {
    var named = rule("get", "", "secrets").withResourceNames(List.of("a"));
    rbac.clusterRole("r", named).bindCluster("b", "r", user("jane"));

    assertThat(role(named)).isEmpty();
    assertThat(role(named.withResourceNames(List.of("b")))).isPresent();
    assertThat(role(rule("get", "", "secrets"))).isPresent();
  }

  @Test
  void letsThoseEscalateAndBindWhoMay() {
    rbac.clusterRole("r", rule("escalate,bind", GROUP, "roles,clusterroles"))
        .clusterRole("power", rule("*", "*", "*"))
        .bindCluster("b", "r", user("jane"));

    assertThat(role(rule("*", "*", "*"))).isEmpty();
    assertThat(escalation.ofBinding(JANE, "", new RoleRef(GROUP, "ClusterRole", "power")))
        .isEmpty();
  }

  @Test
  void letsUsersBindOnlyRolesTheyHaveAllOf() {
    rbac.clusterRole("r", rule("get", "", "pods"))
        .clusterRole("power", rule("*", "*", "*"))
        .bindCluster("b", "r", user("jane"));

    assertThat(escalation.ofBinding(JANE, "ns", new RoleRef(GROUP, "ClusterRole", "r"))).isEmpty();
    assertThat(escalation.ofBinding(JANE, "ns", new RoleRef(GROUP, "ClusterRole", "power")))
        .hasValueSatisfying(why -> assertThat(why).contains("not currently held"));
    assertThat(escalation.ofBinding(JANE, "ns", new RoleRef(GROUP, "Role", "ghost")))
        .hasValueSatisfying(why -> assertThat(why).contains("\"ghost\" not found"));
  }

  @Test
  void keepsAggregationForThoseWhoHaveEverything() {
    assertThat(escalation.ofRole(JANE, "", "agg", List.of(), true)).isPresent();
    rbac.clusterRole("root", rule("*", "*", "*"), url("*", "*"))
        .bindCluster("b", "root", user("jane"));

    assertThat(escalation.ofRole(JANE, "", "agg", List.of(), true)).isEmpty();
  }

  @Test
  void trustsSuperusers() {
    var root = UserInfo.of("root", "system:masters");

    assertThat(escalation.ofRole(root, "", "x", List.of(rule("*", "*", "*")), true)).isEmpty();
    assertThat(escalation.ofBinding(root, "", new RoleRef(GROUP, "ClusterRole", "x"))).isEmpty();
  }

  private Optional<String> role(PolicyRule... rules) {
    return escalation.ofRole(JANE, "ns", "new", List.of(rules), false);
  }
}

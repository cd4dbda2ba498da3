package io.kubejar.apiserver.authz;

import static io.kubejar.apiserver.authz.FakeRbac.account;
import static io.kubejar.apiserver.authz.FakeRbac.group;
import static io.kubejar.apiserver.authz.FakeRbac.rule;
import static io.kubejar.apiserver.authz.FakeRbac.url;
import static io.kubejar.apiserver.authz.FakeRbac.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apiserver.authn.UserInfo;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RbacAuthorizerTest {
  private static final UserInfo JANE = UserInfo.of("jane", "devs", "system:authenticated");

  private final FakeRbac rbac = new FakeRbac();
  private final RbacAuthorizer authorizer = new RbacAuthorizer(rbac);

  @Test
  void allowsWhatAClusterRoleGrantsEverywhere() {
    rbac.clusterRole("reader", rule("get", "", "pods")).bindCluster("b", "reader", user("jane"));

    assertThat(decide(JANE, "get", "ns", "", "pods"))
        .isEqualTo(
            new Decision.Allow(
                "RBAC: allowed by ClusterRoleBinding \"b\" of ClusterRole \"reader\" to User"
                    + " \"jane\""));
    assertThat(may(JANE, "list", "ns", "", "pods")).isFalse();
    assertThat(may(UserInfo.of("joe"), "get", "ns", "", "pods")).isFalse();
  }

  @Test
  void limitsARoleBindingToItsNamespace() {
    rbac.clusterRole("reader", rule("get", "", "pods"))
        .role("ns", "writer", rule("create", "", "pods"))
        .bind("ns", "r", "ClusterRole", "reader", group("devs"))
        .bind("ns", "w", "Role", "writer", account("", "robot"));
    var robot = UserInfo.of("system:serviceaccount:ns:robot");

    assertThat(may(JANE, "get", "ns", "", "pods")).isTrue();
    assertThat(may(JANE, "get", "other", "", "pods")).isFalse();
    assertThat(may(JANE, "get", "", "", "pods")).isFalse();
    assertThat(decide(robot, "create", "ns", "", "pods").reason())
        .isEqualTo(
            "RBAC: allowed by RoleBinding \"w/ns\" of Role \"writer\" to ServiceAccount"
                + " \"robot/ns\"");
  }

  @Test
  void namesRolesThatAreNotThere() {
    rbac.bindCluster("b", "ghost", user("jane"));

    assertThat(decide(JANE, "get", "ns", "", "pods"))
        .isEqualTo(
            new Decision.NoOpinion(
                "RBAC: clusterrole.rbac.authorization.k8s.io \"ghost\" not found"));
  }

  @Test
  void followsChanges() {
    assertThat(may(JANE, "get", "ns", "", "pods")).isFalse();
    rbac.clusterRole("reader", rule("get", "", "pods")).bindCluster("b", "reader", user("jane"));
    assertThat(may(JANE, "get", "ns", "", "pods")).isTrue();
    rbac.clusterRoleBindings.clear();
    rbac.generation++;
    assertThat(may(JANE, "get", "ns", "", "pods")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "pods, pods, true",
    "pods, pods/log, false",
    "pods/*, pods/log, false",
    "pods/log, pods/log, true",
    "*/log, pods/log, true",
    "*/scale, pods/log, false",
    "*, pods/log, true",
  })
  void matchesResourcesAndSubresources(String granted, String asked, boolean allowed) {
    rbac.clusterRole("r", rule("get", "", granted)).bindCluster("b", "r", user("jane"));

    assertThat(may(JANE, "get", "ns", "", asked)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "/metrics, /metrics, true",
    "/metrics, /metrics/slis, false",
    "/api/*, /api/v1, true",
    "/api/*, /api, false",
    "*, /anything, true",
    "/a*, /abc, true",
  })
  void matchesPaths(String granted, String path, boolean allowed) {
    rbac.clusterRole("r", url("get", granted)).bindCluster("b", "r", user("jane"));

    assertThat(authorizer.authorize(Attributes.nonResource(JANE, "get", path)).allowed())
        .isEqualTo(allowed);
    assertThat(authorizer.authorize(Attributes.nonResource(JANE, "post", path)).allowed())
        .isFalse();
  }

  @Test
  void limitsRulesWithNamesToThem() {
    rbac.clusterRole("r", rule("get,create", "", "secrets").withResourceNames(List.of("mine")))
        .bindCluster("b", "r", user("jane"));
    var secrets = Attributes.resource(JANE, "get", "ns", "", "secrets");

    assertThat(authorizer.authorize(secrets.withName("mine")).allowed()).isTrue();
    assertThat(authorizer.authorize(secrets.withName("other")).allowed()).isFalse();
    assertThat(authorizer.authorize(secrets).allowed()).isFalse();
  }

  @Test
  void keepsGroupsApart() {
    rbac.clusterRole("r", rule("*", "apps", "*")).bindCluster("b", "r", user("jane"));

    assertThat(may(JANE, "delete", "ns", "apps", "deployments")).isTrue();
    assertThat(may(JANE, "delete", "ns", "", "pods")).isFalse();
  }

  @Test
  void listsAllRulesOfAUser() {
    rbac.clusterRole("a", rule("get", "", "pods"))
        .clusterRole("b", rule("list", "", "pods"))
        .bindCluster("a", "a", group("devs"))
        .bind("ns", "b", "ClusterRole", "b", user("jane"))
        .bind("ns", "c", "Role", "ghost", user("jane"));
    var rules = authorizer.rulesFor(JANE, "ns");

    assertThat(rules.rules())
        .containsExactlyInAnyOrder(rule("get", "", "pods"), rule("list", "", "pods"));
    assertThat(rules.errors()).hasSize(1);
    assertThat(authorizer.rulesFor(JANE, "").rules()).containsExactly(rule("get", "", "pods"));
  }

  @Test
  void asksAuthorizersInOrderUntilOneKnows() {
    Authorizer no = attributes -> new Decision.NoOpinion("n");
    Authorizer deny = attributes -> new Decision.Deny("d");
    Authorizer yes = attributes -> new Decision.Allow("y");
    var question = Attributes.resource(JANE, "get", "ns", "", "pods");

    assertThat(Authorizer.union(no, deny, yes).authorize(question))
        .isEqualTo(new Decision.Deny("d"));
    assertThat(Authorizer.union(no, yes, deny).authorize(question))
        .isEqualTo(new Decision.Allow("y"));
    assertThat(Authorizer.union(no, no).authorize(question))
        .isEqualTo(new Decision.NoOpinion("n\nn"));
  }

  private Decision decide(
      UserInfo user, String verb, String namespace, String group, String resource) {
    return authorizer.authorize(Attributes.resource(user, verb, namespace, group, resource));
  }

  private boolean may(UserInfo user, String verb, String namespace, String group, String resource) {
    return decide(user, verb, namespace, group, resource).allowed();
  }
}

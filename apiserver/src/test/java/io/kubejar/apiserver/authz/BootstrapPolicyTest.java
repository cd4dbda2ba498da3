package io.kubejar.apiserver.authz;

import static io.kubejar.apiserver.authz.FakeRbac.rule;
import static io.kubejar.apiserver.authz.FakeRbac.user;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.api.rbac.v1.Subject;
import io.kubejar.apiserver.authn.UserInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BootstrapPolicyTest {
  private static final BootstrapPolicy POLICY = BootstrapPolicy.load();

  private final RbacAuthorizer authorizer = new RbacAuthorizer(FakeRbac.bootstrapped());

  @Test
  void hasOneOfEachName() {
    assertThat(POLICY.clusterRoles())
        .extracting(role -> role.metadata().name())
        .doesNotHaveDuplicates();
    assertThat(POLICY.clusterRoleBindings())
        .extracting(binding -> binding.metadata().name())
        .doesNotHaveDuplicates();
    assertThat(POLICY.clusterRoles()).hasSizeGreaterThan(65);
    assertThat(POLICY.roles()).hasSize(7);
    assertThat(POLICY.roleBindings()).hasSize(7);
  }

  /// The file has a line per rule and per subject of Kubernetes 1.36's own policy: the golden files
  /// beside its bootstrap policy at 1.36.2, which are written with the gates of features as they
  /// are by default. Two look surprising and are right: `resourceclaims/binding` comes with
  /// DRAResourceClaimGranularStatusAuthorization, which is on from 1.36, and the roles for leader
  /// election name no ConfigMaps any more, as 1.34 still did.
  @Test
  void isThePolicyOfUpstreamRuleByRule() throws IOException {
    try (var in = requireNonNull(getClass().getResourceAsStream("bootstrap-policy-1.36.txt"))) {
      var expected = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();

      assertThat(everyRule()).isEqualTo(expected);
    }
  }

  private static List<String> everyRule() {
    var lines = new ArrayList<String>();
    for (var role : POLICY.clusterRoles()) {
      var name = "ClusterRole " + role.metadata().name() + ": ";
      var aggregation = role.aggregationRule();
      if (aggregation == null) {
        role.rules().forEach(rule -> lines.add(name + shown(rule)));
      } else {
        aggregation
            .clusterRoleSelectors()
            .forEach(selector -> lines.add(name + "aggregates " + selector.matchLabels()));
      }
      role.metadata().labels().keySet().stream()
          .filter(label -> label.startsWith("rbac.authorization.k8s.io/"))
          .forEach(label -> lines.add(name + "label " + label));
    }
    for (var role : POLICY.roles()) {
      var name = "Role " + role.metadata().namespace() + "/" + role.metadata().name() + ": ";
      role.rules().forEach(rule -> lines.add(name + shown(rule)));
    }
    for (var binding : POLICY.clusterRoleBindings()) {
      var name = "ClusterRoleBinding " + binding.metadata().name() + ": ";
      lines.add(name + binding.roleRef().name() + " to " + shown(binding.subjects()));
    }
    for (var binding : POLICY.roleBindings()) {
      var meta = binding.metadata();
      var name = "RoleBinding " + meta.namespace() + "/" + meta.name() + ": ";
      lines.add(name + binding.roleRef().name() + " to " + shown(binding.subjects()));
    }
    return lines.stream().sorted(Comparator.comparing(line -> line.split(": ", 2)[0])).toList();
  }

  private static String shown(PolicyRule rule) {
    return rule.nonResourceURLs().isEmpty()
        ? rule.verbs()
            + " "
            + rule.apiGroups().stream().map(group -> group.isEmpty() ? "core" : group).toList()
            + " "
            + rule.resources()
            + (rule.resourceNames().isEmpty() ? "" : " " + rule.resourceNames())
        : rule.verbs() + " " + rule.nonResourceURLs();
  }

  private static List<String> shown(List<Subject> subjects) {
    return subjects.stream()
        .map(subject -> subject.kind() + " " + subject.namespace() + "/" + subject.name())
        .toList();
  }

  @Test
  void bindsOnlyToRolesThatAreThere() {
    var names = POLICY.clusterRoles().stream().map(role -> role.metadata().name()).toList();
    assertThat(POLICY.clusterRoleBindings())
        .allSatisfy(binding -> assertThat(names).contains(binding.roleRef().name()));
    var roles =
        POLICY.roles().stream()
            .map(role -> role.metadata().namespace() + "/" + role.metadata().name())
            .toList();
    assertThat(POLICY.roleBindings())
        .allSatisfy(
            binding ->
                assertThat(roles)
                    .contains(binding.metadata().namespace() + "/" + binding.roleRef().name()));
  }

  @Test
  void marksWhatItCreates() {
    assertThat(POLICY.clusterRoles())
        .allSatisfy(
            role -> {
              assertThat(role.metadata().labels())
                  .containsEntry("kubernetes.io/bootstrapping", "rbac-defaults");
              assertThat(role.metadata().annotations())
                  .containsEntry(BootstrapPolicy.AUTOUPDATE_ANNOTATION, "true");
              assertThat(role.rules()).isNotEmpty();
            });
  }

  @ParameterizedTest
  @CsvSource({
    "system:kube-scheduler, '', create, default, '', pods/binding, true",
    "system:kube-scheduler, '', get, default, '', secrets, false",
    "system:kube-scheduler, '', update, kube-system, '', configmaps, false",
    "system:kube-controller-manager, '', list, '', apps, deployments, true",
    "system:kube-proxy, '', watch, '', discovery.k8s.io, endpointslices, true",
    "system:kube-proxy, '', delete, default, '', services, false",
    "system:serviceaccount:kube-system:deployment-controller, '', create, ns, apps, replicasets,"
        + " true",
    "system:serviceaccount:kube-system:deployment-controller, '', create, ns, '', pods, false",
    "system:serviceaccount:kube-system:generic-garbage-collector, '', delete, ns, example.com,"
        + " things, true",
    "anybody, system:masters, delete, '', '', nodes, true",
    "anybody, system:authenticated, create, '', authorization.k8s.io, selfsubjectaccessreviews,"
        + " true",
    "anybody, system:authenticated, create, '', authentication.k8s.io, selfsubjectreviews, true",
    "anybody, system:authenticated, list, default, '', pods, false",
    "system:node:n, system:nodes, get, default, '', secrets, false",
  })
  void grantsWhatUpstreamGrants(
      String name,
      String group,
      String verb,
      String namespace,
      String apiGroup,
      String resource,
      boolean allowed) {
    var attributes =
        Attributes.resource(UserInfo.of(name, group), verb, namespace, apiGroup, resource);

    assertThat(authorizer.authorize(attributes).allowed()).isEqualTo(allowed);
  }

  @Test
  void opensHealthAndVersionToEverybodyAndDiscoveryToKnownUsers() {
    var known = UserInfo.of("x", "system:authenticated");
    assertThat(path(UserInfo.anonymous(), "/version")).isTrue();
    assertThat(path(UserInfo.anonymous(), "/apis")).isFalse();
    assertThat(path(known, "/apis/apps/v1")).isTrue();
    assertThat(path(known, "/metrics")).isFalse();
    assertThat(path(UserInfo.of("m", "system:monitoring"), "/metrics")).isTrue();
    assertThat(path(UserInfo.of("sa", "system:serviceaccounts"), "/openid/v1/jwks")).isTrue();
  }

  @Test
  void makesAdminOfEditAndEditOfView() {
    var rbac =
        FakeRbac.bootstrapped()
            .bind("ns", "a", "ClusterRole", "admin", user("a"))
            .bind("ns", "e", "ClusterRole", "edit", user("e"))
            .bind("ns", "v", "ClusterRole", "view", user("v"));
    var bound = new RbacAuthorizer(rbac);

    for (var name : List.of("a", "e", "v")) {
      assertThat(may(bound, name, "list", "", "pods")).isTrue();
      assertThat(may(bound, name, "create", "apps", "deployments")).isEqualTo(!name.equals("v"));
      assertThat(may(bound, name, "get", "", "secrets")).isEqualTo(!name.equals("v"));
      assertThat(may(bound, name, "create", "rbac.authorization.k8s.io", "roles"))
          .isEqualTo(name.equals("a"));
      assertThat(may(bound, name, "update", "", "resourcequotas")).isFalse();
    }
  }

  @Test
  void addsWhatIsMissingAndKeepsWhatUsersAdded() {
    var expected = role(rule("get,list", "", "pods"), rule("get", "apps", "deployments"));
    var own = rule("get", "", "nodes");
    var existing = role(rule("get", "", "pods"), own);
    existing = existing.withMetadata(existing.metadata().withLabels(Map.of("mine", "1")));

    var result = PolicyReconciliation.clusterRole(existing, expected);

    assertThat(RuleCover.missing(result.rules(), expected.rules())).isEmpty();
    assertThat(result.rules()).contains(own);
    assertThat(result.metadata().labels()).containsEntry("mine", "1");
    assertThat(PolicyReconciliation.clusterRole(result, expected)).isEqualTo(result);
  }

  @Test
  void leavesAloneWhatUsersTookOver() {
    var expected = role(rule("get", "", "pods"));
    var existing = role();
    existing =
        existing.withMetadata(
            existing
                .metadata()
                .withAnnotations(Map.of(BootstrapPolicy.AUTOUPDATE_ANNOTATION, "false")));

    assertThat(PolicyReconciliation.clusterRole(existing, expected)).isSameAs(existing);
  }

  @Test
  void hasNothingToDoWithWhatItCreatedItself() {
    for (var role : POLICY.clusterRoles()) {
      assertThat(PolicyReconciliation.clusterRole(role, role)).isEqualTo(role);
    }
    for (var binding : POLICY.clusterRoleBindings()) {
      assertThat(PolicyReconciliation.clusterRoleBinding(binding, binding)).isEqualTo(binding);
      assertThat(PolicyReconciliation.mustRecreate(binding, binding)).isFalse();
    }
  }

  @Test
  void addsMissingSubjectsAndRecreatesBindingsToOtherRoles() {
    var expected = POLICY.clusterRoleBindings().getFirst();
    var existing = expected.withSubjects(new ArrayList<>(List.of(user("extra"))));

    assertThat(PolicyReconciliation.clusterRoleBinding(existing, expected).subjects())
        .containsAll(expected.subjects())
        .contains(user("extra"));
    assertThat(
            PolicyReconciliation.mustRecreate(
                existing.withRoleRef(existing.roleRef().withName("other")), expected))
        .isTrue();
  }

  private static ClusterRole role(PolicyRule... rules) {
    return ClusterRole.EMPTY.withRules(List.of(rules));
  }

  private boolean path(UserInfo user, String path) {
    return authorizer.authorize(Attributes.nonResource(user, "get", path)).allowed();
  }

  private static boolean may(
      RbacAuthorizer bound, String name, String verb, String group, String resource) {
    return bound
        .authorize(Attributes.resource(UserInfo.of(name), verb, "ns", group, resource))
        .allowed();
  }
}

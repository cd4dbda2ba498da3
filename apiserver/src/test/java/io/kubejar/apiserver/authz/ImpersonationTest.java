package io.kubejar.apiserver.authz;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Impersonation.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImpersonationTest {
  private static final UserInfo JANE = UserInfo.of("jane", "system:authenticated");

  @Test
  void askedForTheOldWayTakesEachPartOfTheIdentity() {
    var wanted = new UserInfo("bob", "7", List.of("devs"), Map.of("a/b", List.of("c")));
    var all =
        Set.of(
            "impersonate users bob",
            "impersonate groups devs",
            "impersonate uids.authentication.k8s.io 7",
            "impersonate userextras.authentication.k8s.io/a/b c");

    assertThat(as(all, wanted).groups()).containsExactly("devs", "system:authenticated");
    for (var missing : all) {
      var rest = new java.util.HashSet<>(all);
      rest.remove(missing);
      assertThat(outcome(rest, JANE, wanted)).isInstanceOf(Outcome.Refused.class);
    }
  }

  @Test
  void bringsTheGroupsOfAccountsAndStrangers() {
    assertThat(as(Set.of("impersonate serviceaccounts ns:robot"), account("ns", "robot")).groups())
        .containsExactly(
            "system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated");
    assertThat(
            as(Set.of("impersonate users system:anonymous"), UserInfo.of("system:anonymous"))
                .groups())
        .containsExactly("system:unauthenticated");
  }

  @Test
  void constrainedTakesBothTheIdentityAndTheDeed() {
    var who = "impersonate:user-info users.authentication.k8s.io bob";
    var what = "impersonate-on:user-info:list pods";
    var bob = UserInfo.of("bob");

    assertThat(outcome(Set.of(who, what), JANE, bob))
        .isEqualTo(
            new Outcome.As(UserInfo.of("bob", "system:authenticated"), "impersonate:user-info"));
    assertThat(outcome(Set.of(who), JANE, bob)).isInstanceOf(Outcome.Refused.class);
    assertThat(outcome(Set.of(what), JANE, bob)).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void constrainedNeverMakesAMasterOrAnybodyOutOfKind() {
    var who =
        Set.of(
            "impersonate-on:user-info:list pods",
            "impersonate:user-info users.authentication.k8s.io bob",
            "impersonate:user-info groups.authentication.k8s.io system:masters");

    assertThat(outcome(who, JANE, new UserInfo("bob", "", List.of("system:masters"), Map.of())))
        .isInstanceOf(Outcome.Refused.class);
    var odd = new UserInfo("bob", "", List.of(), Map.of("nodomain", List.of("x")));
    assertThat(outcome(who, JANE, odd)).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void letsAnAgentBeTheNodeItRunsOn() {
    var allowed =
        Set.of(
            "impersonate-on:associated-node:list pods",
            "impersonate:associated-node nodes.authentication.k8s.io *");
    var agent =
        new UserInfo(
            "system:serviceaccount:ns:agent",
            "",
            List.of(),
            Map.of("authentication.kubernetes.io/node-name", List.of("n1")));

    assertThat(outcome(allowed, agent, UserInfo.of("system:node:n1")))
        .isEqualTo(
            new Outcome.As(
                UserInfo.of("system:node:n1", "system:nodes", "system:authenticated"),
                "impersonate:associated-node"));
    assertThat(outcome(allowed, agent, UserInfo.of("system:node:n2")))
        .isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void tellsTheFirstRefusal() {
    assertThat(outcome(Set.of(), JANE, UserInfo.of("bob")))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused ->
                assertThat(refused.attributes().verb()).isEqualTo("impersonate-on:user-info:list"));
  }

  private static UserInfo account(String namespace, String name) {
    return UserInfo.of("system:serviceaccount:" + namespace + ":" + name);
  }

  private static UserInfo as(Set<String> allowed, UserInfo wanted) {
    var outcome = outcome(allowed, JANE, wanted);
    assertThat(outcome).isInstanceOf(Outcome.As.class);
    return ((Outcome.As) outcome).user();
  }

  private static Outcome outcome(Set<String> allowed, UserInfo asker, UserInfo wanted) {
    Authorizer authorizer =
        asked ->
            allowed.contains(shown(asked)) ? new Decision.Allow("") : new Decision.NoOpinion("");
    var deed = Attributes.resource(asker, "list", "ns", "", "pods");
    return new Impersonation(authorizer).of(wanted, deed);
  }

  private static String shown(Attributes asked) {
    boolean deed = asked.verb().startsWith("impersonate-on:");
    var namespace = asked.namespace().isEmpty() ? "" : asked.namespace() + ":";
    return asked.verb()
        + " "
        + asked.resource()
        + (asked.apiGroup().isEmpty() ? "" : "." + asked.apiGroup())
        + (asked.subresource().isEmpty() ? "" : "/" + asked.subresource())
        + (deed ? "" : " " + namespace + asked.name());
  }
}

package io.kubejar.apiserver.authz;

import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.api.rbac.v1.RoleRef;
import io.kubejar.apiserver.authn.UserInfo;
import java.util.List;
import java.util.Optional;

/// Keeps users from granting what they do not have themselves. Answers why a write is refused, as
/// the `Forbidden` status says it; empty means go ahead.
public final class Escalation {
  private static final String GROUP = "rbac.authorization.k8s.io";
  private static final String CLUSTER_ROLE = "ClusterRole";

  private final RbacAuthorizer rbac;
  private final Authorizer authorizer;

  /// @param authorizer the whole chain, which knows the verbs `escalate` and `bind`
  public Escalation(RbacAuthorizer rbac, Authorizer authorizer) {
    this.rbac = rbac;
    this.authorizer = authorizer;
  }

  /// Whether a user may write a role with these rules. Not to be asked for updates that leave the
  /// rules as they were.
  ///
  /// @param namespace of a Role; empty for a ClusterRole
  public Optional<String> ofRole(
      UserInfo user, String namespace, String name, List<PolicyRule> rules, boolean aggregated) {
    var resource = namespace.isEmpty() ? "clusterroles" : "roles";
    if (user.inGroup(UserInfo.MASTERS_GROUP) || may(user, "escalate", namespace, resource, name)) {
      return Optional.empty();
    }
    if (aggregated && !ownsAll(user)) {
      // Whatever may ever be aggregated would be granted.
      return Optional.of("must have cluster-admin privileges to use the aggregationRule");
    }
    return lacking(user, namespace, rules);
  }

  /// Whether a user may write a binding to this role.
  ///
  /// @param namespace of a RoleBinding; empty for a ClusterRoleBinding
  public Optional<String> ofBinding(UserInfo user, String namespace, RoleRef role) {
    var resource = role.kind().equals(CLUSTER_ROLE) ? "clusterroles" : "roles";
    if (user.inGroup(UserInfo.MASTERS_GROUP)
        || may(user, "bind", namespace, resource, role.name())) {
      return Optional.empty();
    }
    var rules = rbac.rulesOf(role, namespace);
    if (rules.isEmpty()) {
      var kind = resource.substring(0, resource.length() - 1);
      return Optional.of(kind + "." + GROUP + " " + Quoted.of(role.name()) + " not found");
    }
    return lacking(user, namespace, rules.get());
  }

  private boolean may(UserInfo user, String verb, String namespace, String resource, String name) {
    return authorizer
        .authorize(Attributes.resource(user, verb, namespace, GROUP, resource).withName(name))
        .allowed();
  }

  private boolean ownsAll(UserInfo user) {
    var all =
        List.of(
            PolicyRule.EMPTY
                .withVerbs(List.of("*"))
                .withApiGroups(List.of("*"))
                .withResources(List.of("*")),
            PolicyRule.EMPTY.withVerbs(List.of("*")).withNonResourceURLs(List.of("*")));
    return RuleCover.missing(rbac.rulesFor(user, "").rules(), all).isEmpty();
  }

  private Optional<String> lacking(UserInfo user, String namespace, List<PolicyRule> rules) {
    var owned = rbac.rulesFor(user, namespace);
    var missing = RuleCover.missing(owned.rules(), rules);
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    var message =
        "user "
            + Quoted.of(user.name())
            + " (groups="
            + Quoted.of(user.groups())
            + ") is attempting to grant RBAC permissions not currently held:\n"
            + String.join("\n", RuleCover.describe(missing));
    return Optional.of(
        owned.errors().isEmpty() ? message : message + "; resolution errors: " + owned.errors());
  }
}

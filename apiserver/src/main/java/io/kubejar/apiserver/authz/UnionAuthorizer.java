package io.kubejar.apiserver.authz;

import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.apiserver.authn.UserInfo;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.StringJoiner;

/// Several authorizers in order: the first that allows or denies decides.
public record UnionAuthorizer(List<Authorizer> authorizers) implements Authorizer {
  public UnionAuthorizer {
    authorizers = List.copyOf(authorizers);
  }

  @Override
  public Decision authorize(Attributes attributes) {
    var reasons = new StringJoiner("\n");
    var errors = new LinkedHashSet<String>();
    for (var authorizer : authorizers) {
      var decision = authorizer.authorize(attributes);
      if (!(decision instanceof Decision.NoOpinion(var reason, var error))) {
        return decision;
      }
      if (!reason.isEmpty()) {
        reasons.add(reason);
      }
      if (!error.isEmpty()) {
        errors.add(error);
      }
    }
    return new Decision.NoOpinion(reasons.toString(), Quoted.aggregate(errors));
  }

  @Override
  public ResolvedRules rulesFor(UserInfo user, String namespace) {
    var rules = new ArrayList<PolicyRule>();
    var errors = new LinkedHashSet<String>();
    boolean incomplete = false;
    for (var authorizer : authorizers) {
      var resolved = authorizer.rulesFor(user, namespace);
      rules.addAll(resolved.rules());
      errors.addAll(resolved.errors());
      incomplete |= resolved.incomplete();
    }
    return new ResolvedRules(rules, incomplete, List.copyOf(errors));
  }
}

package io.kubejar.apiserver.authz;

import io.kubejar.api.rbac.v1.PolicyRule;
import java.util.List;

/// What an authorizer would allow a user, as far as it can be written as rules.
///
/// @param incomplete whether it may allow more than the rules say
/// @param errors what could not be found out
public record ResolvedRules(List<PolicyRule> rules, boolean incomplete, List<String> errors) {
  public static final ResolvedRules NONE = new ResolvedRules(List.of(), false, List.of());

  public ResolvedRules {
    rules = List.copyOf(rules);
    errors = List.copyOf(errors);
  }
}

package io.kubejar.apiserver.authz;

import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.api.rbac.v1.RoleRef;
import io.kubejar.apiserver.authn.UserInfo;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Allows what roles and their bindings grant; never denies.
public final class RbacAuthorizer implements Authorizer {
  private final RbacSource source;
  private final Object building = new Object();
  private volatile @Nullable RbacIndex index;

  public RbacAuthorizer(RbacSource source) {
    this.source = source;
  }

  @Override
  public Decision authorize(Attributes attributes) {
    var reason = new StringBuilder();
    var missing = new LinkedHashSet<String>();
    index()
        .visit(
            attributes.user(),
            attributes.namespace(),
            (grant, place) -> {
              var rules = grant.rules();
              if (rules == null) {
                missing.add(grant.missing());
                return false;
              }
              for (var rule : rules) {
                if (RuleMatch.allows(rule, attributes)) {
                  reason.append("RBAC: allowed by ").append(grant.description());
                  return true;
                }
              }
              return false;
            });
    return reason.isEmpty()
        ? new Decision.NoOpinion(explain(missing))
        : new Decision.Allow(reason.toString());
  }

  /// Everything that RBAC allows a user in a namespace; the empty namespace means cluster-wide
  /// grants only. Errors tell which of the referenced roles do not exist.
  @Override
  public ResolvedRules rulesFor(UserInfo user, String namespace) {
    var rules = new ArrayList<PolicyRule>();
    var missing = new LinkedHashSet<String>();
    index()
        .visit(
            user,
            namespace,
            (grant, place) -> {
              var granted = grant.rules();
              if (granted == null) {
                missing.add(grant.missing());
              } else {
                rules.addAll(granted);
              }
              return false;
            });
    return new ResolvedRules(rules, false, List.copyOf(missing));
  }

  /// The rules of the role that a binding in this namespace refers to.
  public Optional<List<PolicyRule>> rulesOf(RoleRef role, String namespace) {
    return Optional.ofNullable(index().rulesOf(role, namespace));
  }

  private RbacIndex index() {
    long wanted = source.generation();
    var current = index;
    if (current != null && current.generation() == wanted) {
      return current;
    }
    synchronized (building) {
      // The number is read before the lists: what changes in between makes the index older than it
      // claims at worst never, newer at worst once.
      long generation = source.generation();
      current = index;
      if (current == null || current.generation() != generation) {
        current = RbacIndex.of(generation, source);
        index = current;
      }
      return current;
    }
  }

  private static String explain(Set<String> missing) {
    if (missing.isEmpty()) {
      return "";
    }
    return "RBAC: " + Quoted.aggregate(missing);
  }
}

package io.kubejar.apiserver.authz;

import io.kubejar.apiserver.authn.UserInfo;
import java.util.List;

/// Decides whether somebody may do something.
@FunctionalInterface
public interface Authorizer {
  Decision authorize(Attributes attributes);

  /// What this user may do in this namespace, for those who ask without anything special in mind.
  default ResolvedRules rulesFor(UserInfo user, String namespace) {
    return ResolvedRules.NONE;
  }

  /// Asks in order until one allows or denies.
  static Authorizer union(Authorizer... authorizers) {
    return new UnionAuthorizer(List.of(authorizers));
  }
}

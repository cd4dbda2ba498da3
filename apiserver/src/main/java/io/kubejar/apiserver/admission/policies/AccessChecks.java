package io.kubejar.apiserver.admission.policies;

import io.kubejar.apimachinery.cel.library.Authorizers.AccessCheck;
import io.kubejar.apimachinery.cel.library.Authorizers.Decision;
import io.kubejar.apimachinery.cel.library.Authorizers.ResourceAccess;
import io.kubejar.apiserver.authn.ServiceAccounts;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Attributes;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.authz.Selectors;

/// The server's authorizer as expressions ask it.
record AccessChecks(Authorizer authorizer, UserInfo user) implements AccessCheck {

  @Override
  public Decision path(String path, String verb) {
    return decision(Attributes.nonResource(user, verb, path));
  }

  @Override
  public Decision resource(ResourceAccess access, String verb) {
    return decision(
        new Attributes(
            user,
            verb,
            access.namespace(),
            access.group(),
            "*",
            access.resource(),
            access.subresource(),
            access.name(),
            true,
            "",
            Selectors.parse(access.fieldSelector(), access.labelSelector())));
  }

  private Decision decision(Attributes attributes) {
    var decision = authorizer.authorize(attributes);
    var failure = decision.failure();
    return new Decision(decision.allowed(), decision.reason(), failure.isEmpty() ? null : failure);
  }

  @Override
  public AccessCheck serviceAccount(String namespace, String name) {
    var account =
        UserInfo.of(
            ServiceAccounts.userName(namespace, name),
            ServiceAccounts.groups(namespace).toArray(String[]::new));
    return new AccessChecks(authorizer, account);
  }
}

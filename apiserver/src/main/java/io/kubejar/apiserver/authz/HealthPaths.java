package io.kubejar.apiserver.authz;

import io.kubejar.apiserver.authn.AnonymousAccess;
import java.util.Set;

/// The paths that anybody may read: whether the server is well, and what version it is. Also while
/// the roles that would allow it are not there yet.
public final class HealthPaths implements Authorizer {
  private static final Set<String> PATHS =
      Set.of("/healthz", "/livez", "/readyz", "/version", "/version/");

  /// Lets strangers see these paths, and nothing else.
  public static final AnonymousAccess ANONYMOUS = new AnonymousAccess.OnlyTo(PATHS);

  @Override
  public Decision authorize(Attributes attributes) {
    return !attributes.resourceRequest()
            && attributes.verb().equals("get")
            && PATHS.contains(attributes.path())
        ? new Decision.Allow("")
        : new Decision.NoOpinion("");
  }
}

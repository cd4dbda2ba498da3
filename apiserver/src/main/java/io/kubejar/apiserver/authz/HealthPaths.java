package io.kubejar.apiserver.authz;

import java.util.Set;

/// The paths that anybody may read: whether the server is well, and what version it is.
public final class HealthPaths implements Authorizer {
  private static final Set<String> PATHS =
      Set.of("/healthz", "/livez", "/readyz", "/version", "/version/");

  /// Whether requests to this path need no credentials.
  public static boolean contains(String path) {
    return PATHS.contains(path)
        || path.startsWith("/healthz/")
        || path.startsWith("/livez/")
        || path.startsWith("/readyz/");
  }

  @Override
  public Decision authorize(Attributes attributes) {
    return !attributes.resourceRequest()
            && attributes.verb().equals("get")
            && contains(attributes.path())
        ? new Decision.Allow("")
        : new Decision.NoOpinion("");
  }
}

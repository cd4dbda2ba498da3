package io.kubejar.apiserver.endpoints;

/// There is nothing at this path. Answered as plain text unless [UnknownPaths] knows better.
public final class PathNotFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PathNotFoundException() {
    super("404 page not found", null, false, false);
  }
}

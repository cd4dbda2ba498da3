package io.kubejar.kubelet.server;

/// A request that cannot be served, and why.
public final class NotServed extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  public NotServed(int status, String message) {
    super(message);
    this.status = status;
  }

  /// What a kubelet says of paths that it does not know.
  public static NotServed unknownPath() {
    return new NotServed(404, "404 page not found");
  }

  public int status() {
    return status;
  }
}

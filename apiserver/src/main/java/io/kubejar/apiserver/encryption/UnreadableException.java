package io.kubejar.apiserver.encryption;

/// A stored value that no provider can read. The message says why, in upstream's words, and never
/// holds anything of the value.
public final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnreadableException(String message) {
    super(message);
  }

  public UnreadableException(String message, Throwable cause) {
    super(message, cause);
  }
}

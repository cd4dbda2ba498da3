package io.kubejar.storage;

/// A transaction beyond the limit of [Limits]. Nothing was written.
public final class TooLargeException extends StoreException {
  private static final long serialVersionUID = 1L;

  public TooLargeException(String message) {
    super(message, null);
  }
}

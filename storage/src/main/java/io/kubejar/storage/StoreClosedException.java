package io.kubejar.storage;

/// The store is closed. Nothing was written.
public final class StoreClosedException extends StoreException {
  private static final long serialVersionUID = 1L;

  public StoreClosedException(String message) {
    super(message, null);
  }
}

package io.kubejar.storage;

import org.jspecify.annotations.Nullable;

/// The transaction may have happened or not, or may happen still; only reading again can tell.
public final class UnknownOutcomeException extends StoreException {
  private static final long serialVersionUID = 1L;

  public UnknownOutcomeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

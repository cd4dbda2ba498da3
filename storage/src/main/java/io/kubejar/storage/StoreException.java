package io.kubejar.storage;

import org.jspecify.annotations.Nullable;

/// Something that a store could not do.
public abstract class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package io.kubejar.storage;

import org.jspecify.annotations.Nullable;

/// The store cannot do this at present, for example because the disk is full. Nothing was written.
public final class UnavailableException extends StoreException {
  private static final long serialVersionUID = 1L;

  public UnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.validation.FieldError;

/// The apiVersion, kind or metadata of an object, or of one inside it, is not what it must be.
public final class InvalidMetadataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient FieldError error;

  /// @param message as it is told to the client
  InvalidMetadataException(String message, FieldError error) {
    super(message);
    this.error = error;
  }

  FieldError error() {
    return error;
  }
}

package io.kubejar.apimachinery.structural;

/// A schema uses a keyword that structural schemas have no place for.
public final class UnsupportedSchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedSchemaException(String message) {
    super(message);
  }
}

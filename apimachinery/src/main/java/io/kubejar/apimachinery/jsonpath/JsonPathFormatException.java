package io.kubejar.apimachinery.jsonpath;

/// A path that cannot be understood.
public final class JsonPathFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JsonPathFormatException(String message) {
    super(message);
  }
}

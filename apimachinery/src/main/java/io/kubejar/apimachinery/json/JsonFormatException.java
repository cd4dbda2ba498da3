package io.kubejar.apimachinery.json;

import org.jspecify.annotations.Nullable;

/// A text that is no JSON, no YAML, or too deep or too large.
public final class JsonFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JsonFormatException(String message) {
    this(message, null);
  }

  public JsonFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

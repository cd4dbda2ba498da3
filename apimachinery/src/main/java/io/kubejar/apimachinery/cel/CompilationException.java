package io.kubejar.apimachinery.cel;

/// An expression that cannot be used. The message is what its author reads.
public final class CompilationException extends Exception {
  private static final long serialVersionUID = 1L;

  CompilationException(String message) {
    super(message);
  }

  /// Never null, unlike what it overrides.
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}

package io.kubejar.apimachinery.apply;

/// A value that does not have the shape its type wants.
final class MistypedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MistypedException(String message) {
    super(message);
  }

  MistypedException(String message, MistypedException cause) {
    super(message, cause);
  }

  /// Inside of this element of a list.
  MistypedException inItem(int index) {
    return new MistypedException("element " + index + ": " + getMessage(), this);
  }
}

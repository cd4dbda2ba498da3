package io.kubejar.apimachinery.patch;

/// A step of a patch does not fit the document.
final class PatchMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PatchMismatchException(String message) {
    super(message);
  }

  static PatchMismatchException missing(String message) {
    return new PatchMismatchException(message + ": missing value");
  }
}

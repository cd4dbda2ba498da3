package io.kubejar.apimachinery.selector;

/// A text or an object that is no selector. The message is upstream's.
public final class SelectorFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public SelectorFormatException(String message) {
    super(message);
  }
}

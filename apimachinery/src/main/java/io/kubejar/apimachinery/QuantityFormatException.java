package io.kubejar.apimachinery;

/// A text that is no [Quantity]. The message is the one that upstream's users know.
public final class QuantityFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private QuantityFormatException(String message) {
    super(message);
  }

  static QuantityFormatException wrongFormat() {
    return new QuantityFormatException(
        "quantities must match the regular expression"
            + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  }

  static QuantityFormatException wrongNumber() {
    return new QuantityFormatException("unable to parse numeric part of quantity");
  }

  static QuantityFormatException wrongSuffix() {
    return new QuantityFormatException("unable to parse quantity's suffix");
  }
}

package io.kubejar.apimachinery;

/// A number or a text, such as a port by number or by name, or a count or a percentage.
public sealed interface IntOrString {
  record OfInt(int value) implements IntOrString {
    private static final OfInt ZERO = new OfInt(0);

    @Override
    public String toString() {
      return Integer.toString(value);
    }
  }

  record OfString(String value) implements IntOrString {
    @Override
    public String toString() {
      return value;
    }
  }

  /// What an absent value stands for.
  static IntOrString zero() {
    return OfInt.ZERO;
  }

  static IntOrString of(int value) {
    return value == 0 ? zero() : new OfInt(value);
  }

  static IntOrString of(String value) {
    return new OfString(value);
  }

  /// A number if the text is one, else the text.
  static IntOrString parse(String text) {
    try {
      return of(Integer.parseInt(text));
    } catch (NumberFormatException notANumber) {
      return of(text);
    }
  }

  default boolean isInt() {
    return this instanceof OfInt;
  }

  /// The number; a text that is a number counts, any other is 0.
  default int intValue() {
    return switch (this) {
      case OfInt(int value) -> value;
      case OfString(var text) -> parse(text) instanceof OfInt(int value) ? value : 0;
    };
  }

  /// The number, or the percentage of a total.
  ///
  /// @param roundUp whether a fraction counts as a whole one, or not at all
  /// @throws IllegalArgumentException if it is a text and not a percentage
  default int scaled(int total, boolean roundUp) {
    if (this instanceof OfInt(int value)) {
      return value;
    }
    var text = toString();
    if (!text.endsWith("%")) {
      throw new IllegalArgumentException(
          "invalid value for IntOrString: invalid type: string is not a percentage");
    }
    long hundredths = Long.parseLong(text.substring(0, text.length() - 1)) * total;
    return Math.toIntExact(
        roundUp ? Math.ceilDiv(hundredths, 100) : Math.floorDiv(hundredths, 100));
  }

  /// Whether it is neither set to a number other than 0 nor to a text.
  default boolean isZero() {
    return this instanceof OfInt(int value) && value == 0;
  }
}

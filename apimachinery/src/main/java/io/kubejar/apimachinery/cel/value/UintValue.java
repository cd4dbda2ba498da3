package io.kubejar.apimachinery.cel.value;

/// An unsigned whole number.
///
/// @param bits its 64 bits
public record UintValue(long bits) implements Value {

  @Override
  public String typeName() {
    return "uint";
  }

  @Override
  public String text() {
    return Long.toUnsignedString(bits);
  }

  /// The nearest floating-point number.
  public double toDouble() {
    return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
  }
}

package io.kubejar.apimachinery.cel.value;

/// A signed whole number of 64 bits.
public record IntValue(long value) implements Value {
  public static final IntValue ZERO = new IntValue(0);

  @Override
  public String typeName() {
    return "int";
  }

  @Override
  public String text() {
    return Long.toString(value);
  }
}

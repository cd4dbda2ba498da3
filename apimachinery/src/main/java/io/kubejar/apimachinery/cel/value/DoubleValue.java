package io.kubejar.apimachinery.cel.value;

/// A floating-point number of 64 bits.
public record DoubleValue(double value) implements Value {

  @Override
  public String typeName() {
    return "double";
  }

  @Override
  public String text() {
    return GoNumbers.shortest(value);
  }
}

package io.kubejar.apimachinery.cel.value;

/// The word `null`.
public record NullValue() implements Value {
  public static final NullValue NULL = new NullValue();

  @Override
  public String typeName() {
    return "null_type";
  }

  @Override
  public String text() {
    return "null";
  }
}

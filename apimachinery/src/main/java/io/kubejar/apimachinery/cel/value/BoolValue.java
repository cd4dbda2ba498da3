package io.kubejar.apimachinery.cel.value;

/// `true` or `false`.
public record BoolValue(boolean value) implements Value {
  public static final BoolValue TRUE = new BoolValue(true);
  public static final BoolValue FALSE = new BoolValue(false);

  public static BoolValue of(boolean value) {
    return value ? TRUE : FALSE;
  }

  /// Whether a value is `true`.
  public static boolean isTrue(Value value) {
    return value instanceof BoolValue(boolean is) && is;
  }

  @Override
  public String typeName() {
    return "bool";
  }

  @Override
  public String text() {
    return Boolean.toString(value);
  }
}

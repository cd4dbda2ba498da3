package io.kubejar.apimachinery.cel.value;

/// A text. Its size is counted in code points.
public record StringValue(String value) implements Value {
  public static final StringValue EMPTY = new StringValue("");

  @Override
  public String typeName() {
    return "string";
  }

  @Override
  public String text() {
    return value;
  }

  @Override
  public long size() {
    return value.codePointCount(0, value.length());
  }
}

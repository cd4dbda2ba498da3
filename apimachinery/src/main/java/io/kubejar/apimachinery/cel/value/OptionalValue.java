package io.kubejar.apimachinery.cel.value;

import org.jspecify.annotations.Nullable;

/// A value or its absence.
///
/// @param value null for none
public record OptionalValue(@Nullable Value value) implements Value {
  public static final OptionalValue NONE = new OptionalValue(null);

  public static OptionalValue of(Value value) {
    return new OptionalValue(value);
  }

  @Override
  public String typeName() {
    return "optional_type";
  }

  @Override
  public String text() {
    return value == null ? "optional.none()" : "optional(" + value.text() + ")";
  }

  @Override
  public long size() {
    return value == null ? 1 : value.size();
  }
}

package io.kubejar.apimachinery.cel.value;

/// A value that only the functions of its library understand, such as an address. Two are equal by
/// [Object#equals].
public non-sealed interface OpaqueValue extends Value {

  @Override
  default String text() {
    return toString();
  }
}

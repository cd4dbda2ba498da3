package io.kubejar.apimachinery.cel.value;

/// A type, as `type(x)` yields it and `int` names it.
public record TypeValue(String name) implements Value {

  @Override
  public String typeName() {
    return "type";
  }

  @Override
  public String text() {
    return name;
  }
}

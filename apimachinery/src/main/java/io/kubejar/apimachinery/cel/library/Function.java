package io.kubejar.apimachinery.cel.library;

import dev.cel.common.CelFunctionDecl;
import java.util.List;

/// A function with its forms.
public record Function(String name, List<Overload> overloads) {
  public Function {
    overloads = List.copyOf(overloads);
  }

  public static Function of(String name, Overload... overloads) {
    return new Function(name, List.of(overloads));
  }

  public CelFunctionDecl declaration() {
    return CelFunctionDecl.newFunctionDeclaration(
        name, overloads.stream().map(Overload::declaration).toList());
  }
}

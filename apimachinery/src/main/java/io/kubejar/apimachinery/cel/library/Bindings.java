package io.kubejar.apimachinery.cel.library;

import java.util.List;

/// `cel.bind`, which gives a value a name within an expression.
public final class Bindings {
  private Bindings() {}

  public static Library library() {
    return new Library(List.of(), List.of(Macros.bind()));
  }
}

package io.kubejar.apimachinery.cel.library;

import dev.cel.parser.CelMacro;
import java.util.List;

/// Functions and macros that belong together.
public record Library(List<Function> functions, List<CelMacro> macros) {
  public Library {
    functions = List.copyOf(functions);
    macros = List.copyOf(macros);
  }

  public static Library of(Function... functions) {
    return new Library(List.of(functions), List.of());
  }
}

package io.kubejar.apimachinery.cel;

import io.kubejar.apimachinery.cel.type.DeclType;
import org.jspecify.annotations.Nullable;

/// An expression of a policy, or the reason why it cannot be evaluated. A policy that was stored by
/// another server may hold such; it fails when it is needed.
///
/// @param compiled null if there is an error
public record Expression(
    String source, @Nullable CompiledExpression compiled, @Nullable String error) {

  /// Compiles what yields one of these types, or remembers why not.
  public static Expression compile(Environment environment, String source, DeclType... wanted) {
    try {
      return new Expression(source, environment.compile(source, wanted), null);
    } catch (CompilationException e) {
      return new Expression(source, null, e.getMessage());
    }
  }
}

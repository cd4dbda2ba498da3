package io.kubejar.apimachinery.cel.plan;

import io.kubejar.apimachinery.cel.value.Value;
import org.jspecify.annotations.Nullable;

/// What the variables of an expression stand for. Asked each time, so a value may be made when it
/// is first wanted.
public interface Bindings {

  /// The value of a variable, null if it has none.
  @Nullable Value find(String variable);
}

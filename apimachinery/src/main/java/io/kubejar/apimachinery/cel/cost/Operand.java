package io.kubejar.apimachinery.cel.cost;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An argument of a call, as far as its size matters.
///
/// @param size null if nothing is known about it
/// @param path the way to it from a variable; empty if there is none
record Operand(CelExpr expression, CelType type, List<String> path, @Nullable Range size) {

  Range sizeOrUnknown() {
    return size == null ? Range.UNKNOWN : size;
  }

  boolean isList() {
    return type.kind() == CelKind.LIST;
  }
}

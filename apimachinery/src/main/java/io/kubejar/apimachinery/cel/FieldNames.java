package io.kubejar.apimachinery.cel;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.HashSet;
import java.util.Set;

/// Which fields an expression selects, with `.` or `.?`.
final class FieldNames {
  private FieldNames() {}

  static Set<String> of(CelExpr expression) {
    var names = new HashSet<String>();
    for (var part : ExpressionTree.all(expression)) {
      switch (part.exprKind().getKind()) {
        case SELECT -> names.add(part.select().field());
        case CALL -> addOptional(part.call(), names);
        case COMPREHENSION, CONSTANT, IDENT, LIST, MAP, NOT_SET, STRUCT -> {}
      }
    }
    return names;
  }

  private static void addOptional(CelExpr.CelCall call, Set<String> names) {
    if (call.function().equals("_?._")
        && call.args().size() == 2
        && call.args().get(1).exprKind().getKind() == CelExpr.ExprKind.Kind.CONSTANT
        && call.args().get(1).constant().getKind() == CelConstant.Kind.STRING_VALUE) {
      names.add(call.args().get(1).constant().stringValue());
    }
  }
}

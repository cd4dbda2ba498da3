package io.kubejar.apimachinery.cel;

import dev.cel.common.ast.CelExpr;
import java.util.ArrayList;
import java.util.List;

/// The nodes of an expression.
final class ExpressionTree {
  private ExpressionTree() {}

  /// The expression and all its parts, outer ones first.
  static List<CelExpr> all(CelExpr expression) {
    var all = new ArrayList<CelExpr>();
    all.add(expression);
    for (int i = 0; i < all.size(); i++) {
      all.addAll(parts(all.get(i)));
    }
    return all;
  }

  private static List<CelExpr> parts(CelExpr expression) {
    return switch (expression.exprKind().getKind()) {
      case CONSTANT, IDENT, NOT_SET -> List.of();
      case SELECT -> List.of(expression.select().operand());
      case CALL -> {
        var parts = new ArrayList<CelExpr>();
        expression.call().target().ifPresent(parts::add);
        parts.addAll(expression.call().args());
        yield parts;
      }
      case LIST -> expression.list().elements();
      case MAP ->
          expression.map().entries().stream()
              .flatMap(entry -> List.of(entry.key(), entry.value()).stream())
              .toList();
      case STRUCT -> expression.struct().entries().stream().map(entry -> entry.value()).toList();
      case COMPREHENSION -> {
        var loop = expression.comprehension();
        yield List.of(
            loop.iterRange(),
            loop.accuInit(),
            loop.loopCondition(),
            loop.loopStep(),
            loop.result());
      }
    };
  }
}

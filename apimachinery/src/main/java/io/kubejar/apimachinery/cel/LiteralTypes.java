package io.kubejar.apimachinery.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypes;
import dev.cel.common.types.SimpleType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Finds lists and maps written in an expression whose elements are of different types. Arguments
/// of `format` may be.
final class LiteralTypes {
  private final CelAbstractSyntaxTree checked;
  private final List<CelIssue> issues = new ArrayList<>();

  private LiteralTypes(CelAbstractSyntaxTree checked) {
    this.checked = checked;
  }

  static List<CelIssue> issues(CelAbstractSyntaxTree checked) {
    var types = new LiteralTypes(checked);
    var exempt = new HashSet<Long>();
    var all = ExpressionTree.all(checked.getExpr());
    for (var expression : all) {
      if (expression.exprKind().getKind() == CelExpr.ExprKind.Kind.CALL
          && expression.call().function().equals("format")) {
        ExpressionTree.all(expression).forEach(part -> exempt.add(part.id()));
      }
    }
    all.forEach(expression -> types.check(expression, exempt));
    return types.issues;
  }

  private void check(CelExpr expression, Set<Long> exempt) {
    if (exempt.contains(expression.id())) {
      return;
    }
    switch (expression.exprKind().getKind()) {
      case LIST -> {
        var list = expression.list();
        var elements = list.elements();
        for (int i = 1; i < elements.size(); i++) {
          if (!isSame(
              elements.getFirst(),
              list.optionalIndices().contains(0),
              elements.get(i),
              list.optionalIndices().contains(i))) {
            break;
          }
        }
      }
      case MAP -> {
        var entries = expression.map().entries();
        for (var entry : entries.subList(Math.min(1, entries.size()), entries.size())) {
          var first = entries.getFirst();
          isSame(first.key(), false, entry.key(), false);
          isSame(first.value(), first.optionalEntry(), entry.value(), entry.optionalEntry());
        }
      }
      case CALL, COMPREHENSION, CONSTANT, IDENT, NOT_SET, SELECT, STRUCT -> {}
    }
  }

  private boolean isSame(
      CelExpr expected, boolean isExpectedOptional, CelExpr actual, boolean isOptional) {
    var wanted = CelTypes.format(type(expected, isExpectedOptional));
    var found = CelTypes.format(type(actual, isOptional));
    if (!wanted.equals(found)) {
      issues.add(
          CelIssue.formatError(
              actual.id(),
              LiteralChecks.location(checked, actual),
              "expected type '%s' but found '%s'".formatted(wanted, found)));
    }
    return wanted.equals(found);
  }

  private CelType type(CelExpr expression, boolean isOptional) {
    var type = checked.getType(expression.id()).orElse(SimpleType.DYN);
    return isOptional && !type.parameters().isEmpty() ? type.parameters().getFirst() : type;
  }
}

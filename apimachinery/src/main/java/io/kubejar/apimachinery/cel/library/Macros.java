package io.kubejar.apimachinery.cel.library;

import com.google.common.collect.ImmutableList;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.parser.CelMacro;
import dev.cel.parser.CelMacroExprFactory;
import java.util.Optional;

/// Macros that the parser does not bring along: what each expression is short for.
final class Macros {
  private static final String CONDITIONAL = "_?_:_";
  private static final String UNUSED = "#unused";
  private static final String SORT_INPUT = "@__sortBy_input__";

  private Macros() {}

  static CelMacro optMap() {
    return CelMacro.newReceiverMacro(
        "optMap",
        2,
        (factory, target, arguments) -> {
          var name = arguments.get(0);
          return name.exprKind().getKind() != ExprKind.Kind.IDENT
              ? fault(factory, name, "optMap() variable name must be a simple identifier")
              : Optional.of(
                  ifPresent(
                      factory,
                      target,
                      factory.newGlobalCall("optional.of", bound(factory, target, arguments))));
        });
  }

  static CelMacro optFlatMap() {
    return CelMacro.newReceiverMacro(
        "optFlatMap",
        2,
        (factory, target, arguments) -> {
          var name = arguments.get(0);
          return name.exprKind().getKind() != ExprKind.Kind.IDENT
              ? fault(factory, name, "optFlatMap() variable name must be a simple identifier")
              : Optional.of(ifPresent(factory, target, bound(factory, target, arguments)));
        });
  }

  private static CelExpr ifPresent(CelMacroExprFactory factory, CelExpr target, CelExpr then) {
    return factory.newGlobalCall(
        CONDITIONAL,
        factory.newReceiverCall("hasValue", target),
        then,
        factory.newGlobalCall("optional.none"));
  }

  /// The second argument with the optional's value under the name of the first.
  private static CelExpr bound(
      CelMacroExprFactory factory, CelExpr target, ImmutableList<CelExpr> arguments) {
    var name = arguments.get(0).ident().name();
    return factory.fold(
        UNUSED,
        factory.newList(),
        name,
        factory.newReceiverCall("value", factory.copy(target)),
        factory.newBoolLiteral(false),
        factory.newIdentifier(name),
        arguments.get(1));
  }

  /// `list.sortBy(x, key)` sorts by what `list.map(x, key)` yields.
  static CelMacro sortBy() {
    return CelMacro.newReceiverMacro("sortBy", 2, Macros::expandSortBy);
  }

  private static Optional<CelExpr> expandSortBy(
      CelMacroExprFactory factory, CelExpr target, ImmutableList<CelExpr> arguments) {
    var name = arguments.get(0);
    if (name.exprKind().getKind() != ExprKind.Kind.IDENT) {
      return fault(factory, name, "argument is not an identifier");
    }
    var accumulator = factory.getAccumulatorVarName();
    var keys =
        factory.fold(
            name.ident().name(),
            factory.newIdentifier(SORT_INPUT),
            accumulator,
            factory.newList(),
            factory.newBoolLiteral(true),
            factory.newGlobalCall(
                "_+_", factory.newIdentifier(accumulator), factory.newList(arguments.get(1))),
            factory.newIdentifier(accumulator));
    return Optional.of(
        factory.fold(
            UNUSED,
            factory.newList(),
            SORT_INPUT,
            target,
            factory.newBoolLiteral(false),
            factory.newIdentifier(SORT_INPUT),
            factory.newReceiverCall(
                "@sortByAssociatedKeys", factory.newIdentifier(SORT_INPUT), keys)));
  }

  /// `cel.bind(x, value, expression)` is the expression with a value under a name.
  static CelMacro bind() {
    return CelMacro.newReceiverMacro(
        "bind",
        3,
        (factory, target, arguments) -> {
          if (target.exprKind().getKind() != ExprKind.Kind.IDENT
              || !target.ident().name().equals("cel")) {
            return Optional.empty();
          }
          var name = arguments.get(0);
          if (name.exprKind().getKind() != ExprKind.Kind.IDENT) {
            return fault(factory, name, "cel.bind() variable names must be simple identifiers");
          }
          var variable = name.ident().name();
          return Optional.of(
              factory.fold(
                  UNUSED,
                  factory.newList(),
                  variable,
                  arguments.get(1),
                  factory.newBoolLiteral(false),
                  factory.newIdentifier(variable),
                  arguments.get(2)));
        });
  }

  static Optional<CelExpr> fault(CelMacroExprFactory factory, CelExpr at, String message) {
    return Optional.of(
        factory.reportError(
            dev.cel.common.CelIssue.formatError(factory.getSourceLocation(at), message)));
  }
}

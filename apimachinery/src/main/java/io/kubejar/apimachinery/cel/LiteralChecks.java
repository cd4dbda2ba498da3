package io.kubejar.apimachinery.cel;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.kubejar.apimachinery.cel.library.Regexes;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds literals that could only ever fail: durations, timestamps and regular expressions, and
/// lists and maps of mixed types.
final class LiteralChecks {
  private LiteralChecks() {}

  static List<CelIssue> issues(CelAbstractSyntaxTree checked) {
    var issues = new ArrayList<CelIssue>();
    for (var expression : ExpressionTree.all(checked.getExpr())) {
      if (expression.exprKind().getKind() == CelExpr.ExprKind.Kind.CALL) {
        check(checked, expression.call(), issues);
      }
    }
    issues.addAll(LiteralTypes.issues(checked));
    return issues;
  }

  private static void check(
      CelAbstractSyntaxTree checked, CelExpr.CelCall call, List<CelIssue> issues) {
    if (call.args().size() != 1) {
      return;
    }
    var argument = call.args().getFirst();
    var literal = literal(argument);
    if (literal == null) {
      return;
    }
    var fault =
        switch (call.function()) {
          case "duration" ->
              io.kubejar.apimachinery.cel.value.GoNumbers.parseDuration(literal) == null
                  ? "invalid duration argument"
                  : "";
          case "timestamp" -> isTimestamp(literal) ? "" : "invalid timestamp argument";
          case "matches" -> isRegex(literal) ? "" : "invalid matches argument";
          default -> "";
        };
    if (!fault.isEmpty()) {
      issues.add(CelIssue.formatError(argument.id(), location(checked, argument), fault));
    }
  }

  static CelSourceLocation location(CelAbstractSyntaxTree checked, CelExpr expression) {
    int offset = checked.getSource().getPositionsMap().getOrDefault(expression.id(), 0);
    return checked.getSource().getOffsetLocation(offset).orElse(CelSourceLocation.NONE);
  }

  private static @Nullable String literal(CelExpr expression) {
    return expression.exprKind().getKind() == CelExpr.ExprKind.Kind.CONSTANT
            && expression.constant().getKind() == CelConstant.Kind.STRING_VALUE
        ? expression.constant().stringValue()
        : null;
  }

  private static boolean isTimestamp(String text) {
    try {
      return OffsetDateTime.parse(text).getYear() > 0;
    } catch (DateTimeParseException _) {
      return false;
    }
  }

  private static boolean isRegex(String text) {
    try {
      Pattern.compile(text);
      return true;
    } catch (PatternSyntaxException e) {
      return Regexes.problem(e).isEmpty();
    }
  }
}

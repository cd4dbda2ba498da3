package io.kubejar.apimachinery.cel.rules;

import io.kubejar.apimachinery.cel.CompiledExpression;
import io.kubejar.apimachinery.structural.ValidationRule;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A rule ready to run, or the reason why it never will.
///
/// @param expression null if the rule is blank or does not compile
/// @param error why it does not compile
/// @param message the expression for the message; null if there is none or it does not compile
/// @param messageError why the message's expression does not compile
/// @param maxCost the most that one evaluation can cost; likewise for the message
/// @param fieldPath the field it is about, in the way of error messages; empty for the value itself
record CompiledRule(
    ValidationRule rule,
    @Nullable CompiledExpression expression,
    @Nullable String error,
    @Nullable CompiledExpression message,
    @Nullable String messageError,
    boolean usesOldSelf,
    long maxCost,
    long messageMaxCost,
    String fieldPath) {
  private static final Pattern SPACE = Pattern.compile("\\A\\s+|\\s+\\z");

  boolean isOldSelfOptional() {
    return Boolean.TRUE.equals(rule.optionalOldSelf());
  }

  /// What an error calls the rule.
  String name() {
    return trimmed(rule.message().isEmpty() ? rule.rule() : rule.message());
  }

  String messageOrDefault() {
    return rule.message().isEmpty()
        ? "failed rule: " + trimmed(rule.rule())
        : trimmed(rule.message());
  }

  static String trimmed(String text) {
    return SPACE.matcher(text).replaceAll("");
  }
}

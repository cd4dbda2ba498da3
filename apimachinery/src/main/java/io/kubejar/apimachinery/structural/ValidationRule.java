package io.kubejar.apimachinery.structural;

import org.jspecify.annotations.Nullable;

/// One of `x-kubernetes-validations`.
///
/// @param rule the expression in CEL
/// @param reason such as `FieldValueForbidden`; null means `FieldValueInvalid`
/// @param fieldPath the field that the error is about, below the rule's own, such as `.spec.x`
/// @param optionalOldSelf whether a rule with `oldSelf` also runs without an old value
public record ValidationRule(
    String rule,
    String message,
    String messageExpression,
    @Nullable String reason,
    String fieldPath,
    @Nullable Boolean optionalOldSelf) {}

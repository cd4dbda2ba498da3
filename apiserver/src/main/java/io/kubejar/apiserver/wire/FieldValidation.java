package io.kubejar.apiserver.wire;

import io.kubejar.apimachinery.ApiException;
import java.util.List;
import java.util.Locale;

/// What to do about fields that a type does not have, or that come twice.
public enum FieldValidation {
  IGNORE,
  WARN,
  STRICT;

  /// The value of the query parameter; empty means to warn.
  public static FieldValidation parse(String text) {
    return switch (text) {
      case "", "Warn" -> WARN;
      case "Ignore" -> IGNORE;
      case "Strict" -> STRICT;
      default ->
          throw ApiException.invalid(
              "meta.k8s.io",
              "CreateOptions",
              "",
              List.of(
                  io.kubejar.apimachinery.meta.v1.StatusCause.EMPTY
                      .withReason("FieldValueNotSupported")
                      .withField("fieldValidation")
                      .withMessage(
                          "Unsupported value: \""
                              + text.toLowerCase(Locale.ROOT)
                              + "\": supported values: \"Ignore\", \"Strict\", \"Warn\"")));
    };
  }
}

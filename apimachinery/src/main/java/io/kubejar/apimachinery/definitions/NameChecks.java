package io.kubejar.apimachinery.definitions;

import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The names of a CRD, wanted or accepted.
final class NameChecks {
  private final List<FieldError> errors = new ArrayList<>();

  private NameChecks() {}

  /// @param required whether none may be missing
  static List<FieldError> check(JsonObject names, FieldPath path, boolean required) {
    var checks = new NameChecks();
    if (required) {
      for (var name : List.of("plural", "singular", "kind", "listKind")) {
        if (names.text(name).isEmpty()) {
          checks.errors.add(FieldError.required(path.child(name).text(), ""));
        }
      }
    }
    checks.names(names, path);
    return checks.errors;
  }

  private void names(JsonObject names, FieldPath path) {
    label(names.text("plural"), path.child("plural"));
    label(names.text("singular"), path.child("singular"));
    kind(names.text("kind"), path.child("kind"));
    kind(names.text("listKind"), path.child("listKind"));
    labels(names, "shortNames", path);
    if (!names.text("kind").isEmpty() && names.text("kind").equals(names.text("listKind"))) {
      errors.add(
          FieldError.invalid(
              path.child("listKind").text(),
              names.text("listKind"),
              "kind and listKind may not be the same"));
    }
    labels(names, "categories", path);
  }

  private void labels(JsonObject names, String field, FieldPath path) {
    var values = names.list(field);
    for (int i = 0; i < values.size(); i++) {
      var value = values.get(i) instanceof JsonString(var text) ? text : "";
      invalid(value, Formats.dns1035Label(value), "", path.child(field).index(i));
    }
  }

  private void label(String value, FieldPath path) {
    if (!value.isEmpty()) {
      invalid(value, Formats.dns1035Label(value), "", path);
    }
  }

  private void kind(String value, FieldPath path) {
    if (!value.isEmpty()) {
      invalid(
          value,
          Formats.dns1035Label(value.toLowerCase(Locale.ROOT)),
          "may have mixed case, but should otherwise match: ",
          path);
    }
  }

  private void invalid(String value, List<String> wrong, String prefix, FieldPath path) {
    if (!wrong.isEmpty()) {
      errors.add(FieldError.invalid(path.text(), value, prefix + String.join(",", wrong)));
    }
  }
}

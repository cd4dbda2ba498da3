package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `allOf`, `anyOf`, `oneOf` and `not`. Of branches that all fail, the one is told that comes
/// nearest: that passed most checks.
record Branches(
    List<ValueChecks> allOf,
    List<ValueChecks> anyOf,
    List<ValueChecks> oneOf,
    @Nullable ValueChecks not) {

  static Branches of(ValueValidation validation) {
    return new Branches(
        validation.allOf().stream().map(ValueChecks::compile).toList(),
        validation.anyOf().stream().map(ValueChecks::compile).toList(),
        validation.oneOf().stream().map(ValueChecks::compile).toList(),
        validation.not() == null ? null : ValueChecks.compile(validation.not()));
  }

  void check(JsonValue value, FieldPath path, Violations found) {
    if (!anyOf.isEmpty()) {
      anyOf(value, path, found);
    }
    if (!oneOf.isEmpty()) {
      oneOf(value, path, found);
    }
    if (!allOf.isEmpty()) {
      allOf(value, path, found);
    }
    if (not != null && of(not, value, path).isEmpty()) {
      found.branches(path, "must not validate the schema (not)");
    }
    found.match(1);
  }

  private static Violations of(ValueChecks branch, JsonValue value, FieldPath path) {
    var found = new Violations();
    branch.check(value, path, null, found);
    return found;
  }

  private void anyOf(JsonValue value, FieldPath path, Violations found) {
    Violations nearest = null;
    for (var branch : anyOf) {
      var result = of(branch, value, path);
      if (result.isEmpty()) {
        found.addAll(result);
        return;
      }
      nearest = nearer(nearest, result);
    }
    found.branches(path, "must validate at least one schema (anyOf)");
    if (nearest != null) {
      found.addAll(nearest);
    }
  }

  private void oneOf(JsonValue value, FieldPath path, Violations found) {
    Violations nearest = null;
    Violations first = null;
    int valid = 0;
    for (var branch : oneOf) {
      var result = of(branch, value, path);
      if (result.isEmpty()) {
        valid++;
        first = first == null ? result : first;
      } else if (valid == 0) {
        nearest = nearer(nearest, result);
      }
    }
    if (valid == 1 && first != null) {
      found.addAll(first);
      return;
    }
    var how = valid == 0 ? "Found none valid" : "Found " + valid + " valid alternatives";
    found.branches(path, "must validate one and only one schema (oneOf). " + how);
    if (valid == 0 && nearest != null) {
      found.addAll(nearest);
    }
  }

  private void allOf(JsonValue value, FieldPath path, Violations found) {
    int valid = 0;
    for (var branch : allOf) {
      var result = of(branch, value, path);
      valid += result.isEmpty() ? 1 : 0;
      found.addAll(result);
    }
    if (valid != allOf.size()) {
      found.branches(
          path, "must validate all the schemas (allOf)" + (valid == 0 ? ". None validated" : ""));
    }
  }

  private static Violations nearer(@Nullable Violations best, Violations other) {
    return best == null || other.matches() > best.matches() ? other : best;
  }
}

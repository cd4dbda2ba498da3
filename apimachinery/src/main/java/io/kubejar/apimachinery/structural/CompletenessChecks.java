package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether every field that a branch of `allOf`, `anyOf`, `oneOf` or `not` speaks of is part of the
/// structure.
final class CompletenessChecks {
  private final List<FieldError> errors = new ArrayList<>();

  List<FieldError> check(StructuralSchema schema, FieldPath path) {
    branches(schema.validation(), schema, path, path);
    return errors;
  }

  private void branches(
      ValueValidation validation,
      StructuralSchema structure,
      FieldPath path,
      FieldPath branchPath) {
    if (validation.not() != null) {
      branch(validation.not(), structure, path, branchPath.child("not"));
    }
    branches(validation.allOf(), structure, path, branchPath.child("allOf"));
    branches(validation.anyOf(), structure, path, branchPath.child("anyOf"));
    branches(validation.oneOf(), structure, path, branchPath.child("oneOf"));
  }

  private void branches(
      List<StructuralSchema> branches,
      StructuralSchema structure,
      FieldPath path,
      FieldPath branchPath) {
    for (int i = 0; i < branches.size(); i++) {
      branch(branches.get(i), structure, path, branchPath.index(i));
    }
  }

  private void branch(
      StructuralSchema branch,
      @Nullable StructuralSchema structure,
      FieldPath path,
      FieldPath branchPath) {
    if (structure == null) {
      errors.add(FieldError.required(path.text(), "because it is defined in " + branchPath.text()));
      return;
    }
    branches(branch.validation(), structure, path, branchPath);
    if (branch.items() != null) {
      branch(branch.items(), structure.items(), path.child("items"), branchPath.child("items"));
    }
    branch
        .properties()
        .forEach(
            (name, property) ->
                branch(
                    property,
                    structure.properties().get(name),
                    path.child("properties").key(name),
                    branchPath.child("properties").key(name)));
  }
}

package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.structural.StructuralChecks;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.structural.UnsupportedSchemaException;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Tells of schemas that are not structural, which only very old definitions have.
final class Structure {
  private Structure() {}

  /// The definition with the condition that tells of such schemas, or without it; the same one if
  /// there is nothing to change.
  static CustomResourceDefinition settled(CustomResourceDefinition definition, Instant now) {
    var violations = violations(definition);
    if (violations.isEmpty()) {
      return Conditions.find(definition, Conditions.NON_STRUCTURAL_SCHEMA).isEmpty()
          ? definition
          : Conditions.without(definition, Conditions.NON_STRUCTURAL_SCHEMA);
    }
    var texts = violations.stream().map(FieldError::text).distinct().toList();
    var message = texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
    return Conditions.told(
        definition,
        Conditions.condition(Conditions.NON_STRUCTURAL_SCHEMA, true, "Violations", message),
        now);
  }

  private static List<FieldError> violations(CustomResourceDefinition definition) {
    var errors = new ArrayList<FieldError>();
    if (definition.spec().preserveUnknownFields()) {
      errors.add(FieldError.invalid("spec.preserveUnknownFields", true, "must be false"));
    }
    var versions = definition.spec().versions();
    for (int i = 0; i < versions.size(); i++) {
      var tree = VersionSchema.tree(versions.get(i));
      var path = FieldPath.of("spec").child("versions").index(i).child("schema");
      if (!tree.isEmpty()) {
        errors.addAll(check(tree, path.child("openAPIV3Schema")));
      }
    }
    return errors;
  }

  private static List<FieldError> check(JsonObject schema, FieldPath path) {
    try {
      return StructuralChecks.check(StructuralSchema.parse(schema), path);
    } catch (UnsupportedSchemaException unsupported) {
      var why = String.valueOf(unsupported.getMessage());
      return List.of(FieldError.forbidden(path.text(), why));
    }
  }
}

package io.kubejar.apimachinery.structural;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.kubejar.apimachinery.structural.StructuralSchema.Generic;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether a schema is structural: every field has one type, said outside of `allOf`, `anyOf`,
/// `oneOf` and `not`, and those speak only of fields that are there.
public final class StructuralChecks {
  private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";
  private static final String EMBEDDED = "x-kubernetes-embedded-resource";
  private static final List<StructuralSchema> INT_OR_STRING =
      List.of(typed("integer"), typed("string"));

  private final List<FieldError> errors = new ArrayList<>();

  private StructuralChecks() {}

  /// All violations, sorted by their text as upstream does.
  ///
  /// @param path of the schema, such as `spec.validation.openAPIV3Schema`
  public static List<FieldError> check(StructuralSchema schema, FieldPath path) {
    var checks = new StructuralChecks();
    checks.structure(schema, Level.ROOT, path);
    checks.errors.addAll(new CompletenessChecks().check(schema, path));
    checks.errors.sort(Comparator.comparing(FieldError::text));
    return List.copyOf(checks.errors);
  }

  private enum Level {
    ROOT("must not be empty at the root"),
    ITEM("must not be empty for specified array items"),
    FIELD("must not be empty for specified object fields");

    private final String typeMissing;

    Level(String typeMissing) {
      this.typeMissing = typeMissing;
    }
  }

  private static StructuralSchema typed(String type) {
    var none = StructuralSchema.EMPTY;
    return new StructuralSchema(
        Generic.ofType(type),
        none.extensions(),
        null,
        none.properties(),
        null,
        none.validation(),
        none.rules());
  }

  /// Whether `anyOf` only says what `x-kubernetes-int-or-string` says.
  static boolean isIntOrStringAnyOf(StructuralSchema schema) {
    return schema.validation().anyOf().equals(INT_OR_STRING);
  }

  /// Whether the first of `allOf` does.
  static boolean isIntOrStringAllOf(StructuralSchema schema) {
    var allOf = schema.validation().allOf();
    return !allOf.isEmpty() && isIntOrStringAnyOf(allOf.getFirst());
  }

  private void structure(StructuralSchema schema, Level level, FieldPath path) {
    if (schema.type().equals("array") && schema.items() == null) {
      required(path.child("items"), "must be specified");
    }
    if (schema.items() != null) {
      structure(schema.items(), Level.ITEM, path.child("items"));
    }
    schema
        .properties()
        .forEach(
            (name, property) ->
                structure(property, Level.FIELD, path.child("properties").key(name)));
    if (schema.additional() != null) {
      additional(schema, level, path.child("additionalProperties"));
    }
    extensions(schema, path);
    values(schema, isIntOrStringAnyOf(schema), isIntOrStringAllOf(schema), path);
    type(schema, level, path);
    if (level == Level.ROOT || schema.extensions().embeddedResource()) {
      mustBeString(schema, "kind", path);
      mustBeString(schema, "apiVersion", path);
    }
    var metadata = schema.properties().get("metadata");
    if (metadata != null) {
      metadata(metadata, schema, level, path.child("properties").key("metadata"));
    }
    if (schema.extensions().embeddedResource()
        && !schema.extensions().preserveUnknownFields()
        && schema.properties().isEmpty()) {
      required(
          path.child("properties"),
          "must not be empty if " + EMBEDDED + " is true without " + PRESERVE);
    }
  }

  private void additional(StructuralSchema schema, Level level, FieldPath path) {
    if (level == Level.ROOT) {
      forbidden(path, "must not be used at the root");
    }
    var additional = schema.additionalSchema();
    if (additional != null) {
      structure(additional, Level.FIELD, path);
    }
    if (schema.extensions().embeddedResource()) {
      forbidden(path, "must not be used if " + EMBEDDED + " is set");
    }
  }

  private void extensions(StructuralSchema schema, FieldPath path) {
    if (!schema.extensions().intOrString()) {
      return;
    }
    var detail = "must be false if x-kubernetes-int-or-string is true";
    if (schema.extensions().preserveUnknownFields()) {
      invalid(path.child(PRESERVE), true, detail);
    }
    if (schema.extensions().embeddedResource()) {
      invalid(path.child(EMBEDDED), true, detail);
    }
  }

  private void type(StructuralSchema schema, Level level, FieldPath path) {
    var type = schema.type();
    var typePath = path.child("type");
    if (schema.extensions().embeddedResource() && !type.equals("object")) {
      var detail = "must be object if " + EMBEDDED + " is true";
      if (type.isEmpty()) {
        required(typePath, detail);
      } else {
        invalid(typePath, type, detail);
      }
    } else if (type.isEmpty()
        && !schema.extensions().intOrString()
        && !schema.extensions().preserveUnknownFields()) {
      required(typePath, level.typeMissing);
    }
    if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
      invalid(typePath, type, "must be object at the root");
    }
  }

  private void mustBeString(StructuralSchema schema, String name, FieldPath path) {
    var property = schema.properties().get(name);
    if (property != null && !property.type().equals("string")) {
      invalid(path.child("properties").key(name).child("type"), property.type(), "must be string");
    }
  }

  /// At the root, metadata may only be restricted in its name and generateName.
  private void metadata(
      StructuralSchema metadata, StructuralSchema around, Level level, FieldPath path) {
    boolean isObjectMeta = level == Level.ROOT || around.extensions().embeddedResource();
    if (isObjectMeta && !metadata.type().equals("object")) {
      invalid(path.child("type"), metadata.type(), "must be object");
    }
    if (level == Level.ROOT && !restrictsOnlyNames(metadata)) {
      forbidden(
          path,
          "must not specify anything other than name and generateName, but metadata is implicitly"
              + " specified");
    }
  }

  private static boolean restrictsOnlyNames(StructuralSchema metadata) {
    var generic = metadata.generic();
    boolean namesOnly = Set.of("name", "generateName").containsAll(metadata.properties().keySet());
    var rest =
        new StructuralSchema(
            new Generic(
                "",
                generic.title(),
                generic.description(),
                null,
                generic.nullable(),
                generic.externalDocs(),
                generic.example()),
            metadata.extensions(),
            metadata.items(),
            namesOnly ? Map.of() : metadata.properties(),
            metadata.additional(),
            metadata.validation(),
            metadata.rules());
    return rest.equals(StructuralSchema.EMPTY);
  }

  private void values(
      StructuralSchema schema, boolean skipAnyOf, boolean skipAllOfAnyOf, FieldPath path) {
    var validation = schema.validation();
    if (!skipAnyOf) {
      branches(validation.anyOf(), false, path.child("anyOf"));
    }
    branches(validation.allOf(), skipAllOfAnyOf, path.child("allOf"));
    branches(validation.oneOf(), false, path.child("oneOf"));
    if (validation.not() != null) {
      branch(validation.not(), false, path.child("not"));
    }
    if (!validation.pattern().isEmpty()) {
      pattern(validation.pattern(), path.child("pattern"));
    }
  }

  private void pattern(String pattern, FieldPath path) {
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException wrong) {
      invalid(path, pattern, "must be a valid regular expression, but isn't: " + problem(wrong));
    }
  }

  /// In Go's words, which show the place even if it is empty.
  static String problem(PatternSyntaxException wrong) {
    return "error parsing regexp: " + wrong.getDescription() + ": `" + wrong.getPattern() + "`";
  }

  private void branches(List<StructuralSchema> branches, boolean skipFirstAnyOf, FieldPath path) {
    for (int i = 0; i < branches.size(); i++) {
      branch(branches.get(i), skipFirstAnyOf && i == 0, path.index(i));
    }
  }

  private void branch(StructuralSchema branch, boolean skipAnyOf, FieldPath path) {
    values(branch, skipAnyOf, false, path);
    if (branch.items() != null) {
      branch(branch.items(), false, path.child("items"));
    }
    branch
        .properties()
        .forEach((name, property) -> branch(property, false, path.child("properties").key(name)));
    noStructure(branch, path);
    // Reasoning about metadata could restrict what must not be restricted.
    if (branch.properties().containsKey("metadata")) {
      forbidden(
          path.child("properties").key("metadata"), "must not be specified in a nested context");
    }
  }

  private void noStructure(StructuralSchema branch, FieldPath path) {
    var generic = branch.generic();
    var extensions = branch.extensions();
    var additional = branch.additional();
    forbidden(!generic.type().isEmpty(), path, "type", "empty");
    forbidden(
        additional != null && additional.allowed(), path, "additionalProperties", "undefined");
    forbidden(generic.defaultValue() != null, path, "default", "undefined");
    forbidden(!generic.title().isEmpty(), path, "title", "empty");
    forbidden(!generic.description().isEmpty(), path, "description", "empty");
    forbidden(generic.nullable(), path, "nullable", "false");
    forbidden(extensions.preserveUnknownFields(), path, PRESERVE, "false");
    forbidden(extensions.embeddedResource(), path, EMBEDDED, "false");
    forbidden(extensions.intOrString(), path, "x-kubernetes-int-or-string", "false");
    forbidden(!extensions.listMapKeys().isEmpty(), path, "x-kubernetes-list-map-keys", "empty");
    forbidden(extensions.listType() != null, path, "x-kubernetes-list-type", "undefined");
    forbidden(extensions.mapType() != null, path, "x-kubernetes-map-type", "undefined");
    forbidden(!branch.rules().isEmpty(), path, "x-kubernetes-validations", "empty");
  }

  private void forbidden(boolean wrong, FieldPath path, String keyword, String mustBe) {
    if (wrong) {
      forbidden(path.child(keyword), "must be " + mustBe + " to be structural");
    }
  }

  private void forbidden(FieldPath path, String detail) {
    errors.add(FieldError.forbidden(path.text(), detail));
  }

  private void required(FieldPath path, String detail) {
    errors.add(FieldError.required(path.text(), detail));
  }

  private void invalid(FieldPath path, @Nullable Object value, String detail) {
    errors.add(FieldError.invalid(path.text(), value, detail));
  }
}

package io.kubejar.apimachinery.definitions;

import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.structural.SchemaPath;
import io.kubejar.apimachinery.structural.SchemaPath.InvalidPathException;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.structural.UnsupportedSchemaException;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a version says of itself, or what all versions say alike: deprecation, subresources,
/// columns, selectable fields.
final class VersionChecks {
  static final int MOST_SELECTABLE = 8;

  private static final int LONGEST_WARNING_BYTES = 256;
  private static final List<String> COLUMN_TYPES =
      List.of("boolean", "date", "integer", "number", "string");
  private static final List<String> COLUMN_FORMATS =
      List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");
  private static final Set<String> SELECTABLE_TYPES = Set.of("string", "boolean", "integer");

  private final List<FieldError> errors = new ArrayList<>();

  private VersionChecks() {}

  /// The warning that clients of a deprecated version get.
  static List<FieldError> deprecation(JsonObject version, FieldPath path) {
    var checks = new VersionChecks();
    var warning = DefinitionForm.text(version, "deprecationWarning");
    if (warning != null) {
      checks.warning(
          warning, DefinitionForm.flag(version, "deprecated"), path.child("deprecationWarning"));
    }
    return checks.errors;
  }

  private void warning(String warning, boolean deprecated, FieldPath path) {
    if (!deprecated) {
      invalid(path, warning, "can only be set for deprecated versions");
      return;
    }
    if (warning.getBytes(StandardCharsets.UTF_8).length > LONGEST_WARNING_BYTES) {
      invalid(path, warning, "must be <= 256 characters long");
    }
    if (warning.isEmpty()) {
      invalid(path, warning, "must not be an empty string");
    }
    int bytes = 0;
    for (int c : warning.codePoints().toArray()) {
      if (!GoText.isPrintable(c)) {
        invalid(
            path,
            warning,
            "must only contain printable UTF-8 characters; non-printable character found at index "
                + bytes);
        return;
      }
      bytes += Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
    }
  }

  static List<FieldError> subresources(@Nullable JsonObject subresources, FieldPath path) {
    var checks = new VersionChecks();
    if (subresources != null && subresources.get("scale") instanceof JsonObject scale) {
      checks.replicas(scale, "specReplicasPath", "spec", path);
      checks.replicas(scale, "statusReplicasPath", "status", path);
      checks.selector(scale, path.child("scale.labelSelectorPath"));
    }
    return checks.errors;
  }

  private void replicas(JsonObject scale, String name, String part, FieldPath path) {
    var at = path.child("scale." + name);
    var jsonPath = scale.text(name);
    if (jsonPath.isEmpty()) {
      required(at, "");
    } else if (isSimplePath(jsonPath, at) && !jsonPath.startsWith("." + part + ".")) {
      invalid(at, jsonPath, "should be a json path under ." + part);
    }
  }

  private void selector(JsonObject scale, FieldPath path) {
    var jsonPath = scale.text("labelSelectorPath");
    if (!jsonPath.isEmpty()
        && isSimplePath(jsonPath, path)
        && !jsonPath.startsWith(".spec.")
        && !jsonPath.startsWith(".status.")) {
      invalid(path, jsonPath, "should be a json path under either .spec or .status");
    }
  }

  private boolean isSimplePath(String jsonPath, FieldPath path) {
    if (jsonPath.startsWith(".")) {
      return true;
    }
    invalid(path, jsonPath, "must be a simple json path starting with .");
    return false;
  }

  static List<FieldError> columns(List<JsonValue> columns, FieldPath path) {
    var checks = new VersionChecks();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i) instanceof JsonObject column) {
        checks.column(column, path.index(i));
      }
    }
    return checks.errors;
  }

  private void column(JsonObject column, FieldPath path) {
    if (column.text("name").isEmpty()) {
      required(path.child("name"), "");
    }
    var type = column.text("type");
    var types = "must be one of " + String.join(",", COLUMN_TYPES);
    if (type.isEmpty()) {
      required(path.child("type"), types);
    } else if (!COLUMN_TYPES.contains(type)) {
      invalid(path.child("type"), type, types);
    }
    var format = column.text("format");
    if (!format.isEmpty() && !COLUMN_FORMATS.contains(format)) {
      invalid(path.child("format"), format, "must be one of " + String.join(",", COLUMN_FORMATS));
    }
    var jsonPath = column.text("jsonPath");
    if (jsonPath.isEmpty()) {
      required(path.child("JSONPath"), "");
    } else {
      isSimplePath(jsonPath, path.child("JSONPath"));
    }
  }

  /// @param schema what the fields are looked up in; null if there is none
  /// @param tooMany whether there may be more than [#MOST_SELECTABLE]
  static List<FieldError> selectable(
      List<JsonValue> fields, @Nullable JsonObject schema, boolean tooMany, FieldPath path) {
    var checks = new VersionChecks();
    if (schema != null && !fields.isEmpty()) {
      try {
        checks.selectable(fields, StructuralSchema.parse(schema), tooMany, path);
      } catch (UnsupportedSchemaException unsupported) {
        return List.of(); // The schema is refused for that.
      }
    }
    return checks.errors;
  }

  private void selectable(
      List<JsonValue> fields, StructuralSchema schema, boolean tooMany, FieldPath path) {
    var unique = new HashSet<String>();
    for (int i = 0; i < fields.size(); i++) {
      var jsonPath = fields.get(i) instanceof JsonObject field ? field.text("jsonPath") : "";
      var at = path.index(i).child("jsonPath");
      if (jsonPath.isEmpty()) {
        required(at, "");
        continue;
      }
      try {
        var found = SchemaPath.resolve(jsonPath, schema, false);
        selectable(found, jsonPath, at);
        if (!unique.add(found.path().text())) {
          errors.add(FieldError.duplicate(at.text(), jsonPath));
        }
      } catch (InvalidPathException wrong) {
        invalid(at, jsonPath, "is an invalid path: " + wrong.getMessage());
      }
    }
    if (unique.size() > MOST_SELECTABLE && !tooMany) {
      errors.add(FieldError.tooMany(path.text(), unique.size(), MOST_SELECTABLE));
    }
  }

  private void selectable(SchemaPath found, String jsonPath, FieldPath path) {
    if (found.root().equals("metadata")) {
      invalid(path, jsonPath, "must not point to fields in metadata");
    }
    if (!SELECTABLE_TYPES.contains(found.schema().type())) {
      invalid(
          path,
          jsonPath,
          "must point to a field of type string, boolean or integer. Enum string fields and strings"
              + " with formats are allowed.");
    }
  }

  private void required(FieldPath path, String detail) {
    errors.add(FieldError.required(path.text(), detail));
  }

  private void invalid(FieldPath path, String value, String detail) {
    errors.add(FieldError.invalid(path.text(), value, detail));
  }
}

package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.apply.PathElement.FieldName;
import io.kubejar.apimachinery.apply.PathElement.Index;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.schema.TypeSchema.Any;
import io.kubejar.apimachinery.schema.TypeSchema.ListKind;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.Scalar;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Checks that a value has the shape of its type: no unknown field, no wrong kind of value, no item
/// twice.
final class TypedValidation {
  private final List<String> errors = new ArrayList<>();
  private final List<PathElement> path = new ArrayList<>();

  private TypedValidation() {}

  /// @throws MistypedException telling all that is wrong
  static void requireValid(JsonValue value, TypeSchema type) {
    var validation = new TypedValidation();
    validation.check(value, type);
    var errors = validation.errors;
    if (errors.size() == 1) {
      throw new MistypedException(errors.getFirst());
    }
    if (!errors.isEmpty()) {
      throw new MistypedException("errors:\n  " + String.join("\n  ", errors));
    }
  }

  private void check(JsonValue value, TypeSchema type) {
    var atom = Atoms.of(type, value);
    switch (atom) {
      case Scalar scalar -> checkScalar(value, scalar);
      case ListOf list -> checkList(value, list);
      default -> checkFields(value, atom);
    }
  }

  private void checkScalar(JsonValue value, Scalar scalar) {
    if (value instanceof JsonNull) {
      return;
    }
    switch (scalar.type()) {
      case STRING, BYTES -> {
        if (!(value instanceof JsonString)) {
          error("expected string, got &value.valueUnstructured{Value:" + shown(value) + "}");
        }
      }
      case BOOLEAN -> {
        if (!(value instanceof JsonBoolean)) {
          error("expected boolean, got &{" + shown(value) + "}");
        }
      }
      case INT32, INT64, DOUBLE -> {
        if (!(value instanceof JsonNumber)) {
          error("expected numeric (int or float), got " + goType(value));
        }
      }
      case TIME, MICRO_TIME, QUANTITY, INT_OR_STRING -> {
        if (value instanceof JsonObject || value instanceof JsonArray) {
          error("expected any scalar, got &{" + shown(value) + "}");
        }
      }
    }
  }

  private void checkList(JsonValue value, ListOf list) {
    if (value instanceof JsonNull) {
      return;
    }
    if (!(value instanceof JsonArray(var items))) {
      error("expected list, got &{" + shown(value) + "}");
      return;
    }
    var seen = new HashSet<PathElement>();
    for (int i = 0; i < items.size(); i++) {
      PathElement element = new Index(i);
      if (list.kind() != ListKind.ATOMIC) {
        try {
          element = ListItems.element(list, items.get(i));
        } catch (MistypedException wrong) {
          error("element " + i + ": " + wrong.getMessage());
          return;
        }
        if (!seen.add(element)) {
          error("duplicate entries for key " + element);
        }
      }
      path.add(element);
      check(items.get(i), list.items());
      path.removeLast();
    }
  }

  private void checkFields(JsonValue value, TypeSchema atom) {
    if (value instanceof JsonNull) {
      return;
    }
    if (!(value instanceof JsonObject object)) {
      error("expected map, got &{" + shown(value) + "}");
      return;
    }
    for (var field : object.fields().entrySet()) {
      path.add(new FieldName(field.getKey()));
      var type = atom.child(field.getKey());
      if (type.isEmpty() && atom instanceof Struct) {
        error("field not declared in schema");
      } else {
        check(field.getValue(), type.orElse(Any.DEDUCED));
      }
      path.removeLast();
    }
  }

  private void error(String message) {
    errors.add(path.isEmpty() ? message : PathElement.pathText(path) + ": " + message);
  }

  private static String goType(JsonValue value) {
    return switch (value) {
      case JsonObject _ -> "map[string]interface {}";
      case JsonArray _ -> "[]interface {}";
      case JsonString _ -> "string";
      case JsonNumber number -> number.isLong() ? "int64" : "float64";
      case JsonBoolean _ -> "bool";
      case JsonNull _ -> "<nil>";
    };
  }

  private static String shown(JsonValue value) {
    return switch (value) {
      case JsonObject object ->
          new TreeMap<>(object.fields())
              .entrySet().stream()
                  .map(field -> field.getKey() + ":" + shown(field.getValue()))
                  .collect(Collectors.joining(" ", "map[", "]"));
      case JsonArray(var values) ->
          values.stream().map(TypedValidation::shown).collect(Collectors.joining(" ", "[", "]"));
      case JsonString(var text) -> text;
      case JsonNull _ -> "<nil>";
      default -> value.toString();
    };
  }
}

package io.kubejar.apimachinery.definitions;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.List;

/// Whether the items of lists of type set and map are always there, and their keys too.
final class MapListChecks {
  private MapListChecks() {}

  static List<FieldError> check(JsonObject schema, FieldPath path) {
    var type = schema.text("x-kubernetes-list-type");
    if (!(schema.get("items") instanceof JsonObject items)
        || (!type.equals("set") && !type.equals("map"))) {
      return List.of();
    }
    var errors = new ArrayList<FieldError>();
    if (DefinitionForm.flag(items, "nullable")) {
      errors.add(
          FieldError.forbidden(
              path.child("items").child("nullable").text(),
              "cannot be nullable when x-kubernetes-list-type is " + type));
    }
    if (type.equals("map")) {
      for (var key : schema.list("x-kubernetes-list-map-keys")) {
        if (key instanceof JsonString(var name)) {
          key(name, items, path.child("items").child("properties").key(name), errors);
        }
      }
    }
    return errors;
  }

  private static void key(String name, JsonObject items, FieldPath path, List<FieldError> errors) {
    if (!(items.object("properties").get(name) instanceof JsonObject property)) {
      return; // Told elsewhere.
    }
    boolean required = items.list("required").contains(new JsonString(name));
    if (!required && !RawSchemas.hasDefault(property)) {
      errors.add(
          FieldError.required(
              path.child("default").text(),
              "this property is in x-kubernetes-list-map-keys, so it must have a default or be a"
                  + " required property"));
    }
    if (DefinitionForm.flag(property, "nullable")) {
      errors.add(
          FieldError.forbidden(
              path.child("nullable").text(),
              "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"));
    }
  }
}

package io.kubejar.apimachinery.definitions;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether the extensions of one schema, `x-kubernetes-...`, fit its type and each other.
///
/// @param errors where what is wrong goes
record ExtensionChecks(DefinitionRules rules, List<FieldError> errors) {
  private static final String LIST_TYPE = "x-kubernetes-list-type";
  private static final String LIST_MAP_KEYS = "x-kubernetes-list-map-keys";
  private static final String MAP_TYPE = "x-kubernetes-map-type";
  private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";

  void check(JsonObject schema, FieldPath path) {
    if (schema.get(PRESERVE) instanceof JsonBoolean(boolean preserve) && !preserve) {
      invalid(path.child(PRESERVE), false, "must be true or undefined");
    }
    mapType(schema, path);
    listType(schema, path);
    if (rules.mapKeys()) {
      errors.addAll(MapListChecks.check(schema, path));
    }
  }

  private void mapType(JsonObject schema, FieldPath path) {
    var mapType = DefinitionForm.text(schema, MAP_TYPE);
    if (mapType == null) {
      return;
    }
    type(schema, path, "object", "must be object if x-kubernetes-map-type is specified");
    if (!mapType.equals("atomic") && !mapType.equals("granular")) {
      errors.add(
          FieldError.notSupported(
              path.child(MAP_TYPE).text(), mapType, List.of("atomic", "granular")));
    }
  }

  private void type(JsonObject schema, FieldPath path, String expected, String detail) {
    var type = schema.text("type");
    if (type.isEmpty()) {
      errors.add(FieldError.required(path.child("type").text(), detail));
    } else if (!type.equals(expected)) {
      invalid(path.child("type"), type, detail);
    }
  }

  private void listType(JsonObject schema, FieldPath path) {
    var listType = DefinitionForm.text(schema, LIST_TYPE);
    if (listType != null) {
      type(schema, path, "array", "must be array if x-kubernetes-list-type is specified");
      if (schema.text("type").equals("array")
          && rules.atomicSets()
          && RawSchemas.isNonAtomicSet(schema)) {
        nonAtomicSet(schema.object("items"), path.child("items"));
      }
      if (!List.of("atomic", "set", "map").contains(listType)) {
        errors.add(
            FieldError.notSupported(
                path.child(LIST_TYPE).text(), listType, List.of("atomic", "set", "map")));
      }
    }
    var keys = schema.list(LIST_MAP_KEYS);
    if (!keys.isEmpty() && !"map".equals(listType)) {
      var detail = "must be map if x-kubernetes-list-map-keys is non-empty";
      if (listType == null) {
        errors.add(FieldError.required(path.child(LIST_TYPE).text(), detail));
      } else {
        invalid(path.child(LIST_TYPE), listType, detail);
      }
    }
    if ("map".equals(listType)) {
      mapList(schema, keys, path);
    }
  }

  private void nonAtomicSet(JsonObject items, FieldPath path) {
    var keyword = items.text("type").equals("array") ? LIST_TYPE : MAP_TYPE;
    var shown = items.get(LIST_TYPE);
    invalid(
        path.child(keyword),
        shown == null ? JsonNull.NULL : shown,
        "must be atomic as item of a list with x-kubernetes-list-type=set");
  }

  private void mapList(JsonObject schema, List<JsonValue> keys, FieldPath path) {
    if (keys.isEmpty()) {
      errors.add(
          FieldError.required(
              path.child(LIST_MAP_KEYS).text(),
              "must not be empty if x-kubernetes-list-type is map"));
    }
    switch (schema.get("items")) {
      case JsonObject items -> mapListItems(items, keys, path);
      case JsonArray several ->
          invalid(
              path.child("items"),
              several,
              "must only have a single schema if x-kubernetes-list-type is map");
      case null, default ->
          errors.add(
              FieldError.required(
                  path.child("items").text(),
                  "must have a schema if x-kubernetes-list-type is map"));
    }
  }

  private void mapListItems(JsonObject items, List<JsonValue> keys, FieldPath path) {
    if (!items.text("type").equals("object")) {
      invalid(
          path.child("items").child("type"),
          items.text("type"),
          "must be object if parent array's x-kubernetes-list-type is map");
      return;
    }
    var seen = new HashSet<JsonValue>();
    for (var key : keys) {
      var name = key instanceof JsonString(var text) ? text : "";
      if (!(items.object("properties").get(name) instanceof JsonObject property)) {
        invalid(
            path.child(LIST_MAP_KEYS),
            new JsonArray(keys),
            "entries must all be names of item properties");
      } else if (property.text("type").equals("array") || property.text("type").equals("object")) {
        invalid(
            path.child("items").child("properties").key(name).child("type"),
            items.text("type"),
            "must be a scalar type if parent array's x-kubernetes-list-type is map");
      }
      if (!seen.add(key)) {
        invalid(
            path.child(LIST_MAP_KEYS), new JsonArray(keys), "must not contain duplicate entries");
      }
    }
  }

  private void invalid(FieldPath path, @Nullable Object value, String detail) {
    errors.add(FieldError.invalid(path.text(), value, detail));
  }
}

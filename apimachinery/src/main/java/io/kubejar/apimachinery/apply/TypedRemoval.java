package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.apply.PathElement.FieldName;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/// Takes fields out of a value. What becomes empty becomes null.
final class TypedRemoval {
  private TypedRemoval() {}

  static JsonValue remove(JsonValue value, FieldSet unwanted, TypeSchema type) {
    if (unwanted.isEmpty()) {
      return value;
    }
    var atom = Atoms.of(type, value);
    if (atom instanceof Scalar) {
      return value;
    }
    if (Atoms.isAtomic(atom)) {
      return JsonNull.NULL;
    }
    return atom instanceof ListOf list
        ? items(value, unwanted, list)
        : fields(value, unwanted, atom);
  }

  private static JsonValue items(JsonValue value, FieldSet unwanted, ListOf list) {
    var kept = new ArrayList<JsonValue>();
    for (var item : Atoms.items(value)) {
      var element = ListItems.element(list, item);
      if (!unwanted.has(element)) {
        kept.add(remove(item, unwanted.below(element), list.items()));
      }
    }
    return kept.isEmpty() ? JsonNull.NULL : new JsonArray(kept);
  }

  private static JsonValue fields(JsonValue value, FieldSet unwanted, TypeSchema atom) {
    var kept = new LinkedHashMap<String, JsonValue>();
    Atoms.fields(value)
        .forEach(
            (name, field) -> {
              var element = new FieldName(name);
              if (!unwanted.has(element)) {
                kept.put(name, remove(field, unwanted.below(element), Atoms.field(atom, name)));
              }
            });
    return kept.isEmpty() ? JsonNull.NULL : new JsonObject(kept);
  }
}

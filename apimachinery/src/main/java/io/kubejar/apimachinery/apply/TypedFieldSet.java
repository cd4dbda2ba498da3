package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.apply.PathElement.FieldName;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.MapOf;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import java.util.HashMap;
import java.util.Map;

/// All fields that a value has.
final class TypedFieldSet {
  private TypedFieldSet() {}

  static FieldSet of(JsonValue value, TypeSchema type) {
    var builder = new FieldSetBuilder();
    collect(value, type, builder);
    return builder.build();
  }

  private static void collect(JsonValue value, TypeSchema type, FieldSetBuilder into) {
    var atom = Atoms.of(type, value);
    if (Atoms.isAtomic(atom)) {
      into.markMember();
      return;
    }
    switch (atom) {
      case ListOf list -> collectItems(value, list, into);
      case Struct struct -> collectFields(value, struct, into);
      case MapOf map -> collectFields(value, map, into);
      default -> throw new IllegalStateException("No shape: " + atom);
    }
  }

  private static void collectFields(JsonValue value, TypeSchema type, FieldSetBuilder into) {
    Atoms.fields(value)
        .forEach(
            (name, field) -> {
              var at = into.at(new FieldName(name));
              collect(field, Atoms.field(type, name), at);
              boolean empty =
                  field instanceof JsonNull
                      || (field instanceof JsonObject object && object.isEmpty());
              boolean named = type instanceof Struct struct && struct.fields().containsKey(name);
              if (empty || !named) {
                at.markMember();
              }
            });
  }

  private static void collectItems(JsonValue value, ListOf list, FieldSetBuilder into) {
    var items = Atoms.items(value);
    Map<PathElement, Integer> times = new HashMap<>();
    for (var item : items) {
      times.merge(ListItems.element(list, item), 1, Integer::sum);
    }
    for (var item : items) {
      var element = ListItems.element(list, item);
      var at = into.at(element);
      at.markMember();
      if (times.getOrDefault(element, 0) == 1) { // Of repeated items, no field belongs to anybody.
        collect(item, list.items(), at);
      }
    }
  }
}

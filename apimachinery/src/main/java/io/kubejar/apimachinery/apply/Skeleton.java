package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.schema.TypeSchema.Field;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.MapOf;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/// What an object of a type looks like before anything is in it.
///
/// Structs that are always there are nobody's: with the skeleton as the object before a create, the
/// creator owns what it fills them with and not the structs themselves, as upstream has it.
final class Skeleton {
  private Skeleton() {}

  static JsonObject of(String apiVersion, String kind, TypeSchema type) {
    var skeleton =
        type.resolved() instanceof Struct struct
            ? of(struct)
            : new JsonObject(new LinkedHashMap<>());
    return skeleton
        .with("apiVersion", new JsonString(apiVersion))
        .with("kind", new JsonString(kind));
  }

  private static JsonObject of(Struct struct) {
    var fields = new LinkedHashMap<String, JsonValue>();
    struct.fields().values().stream()
        .sorted(Comparator.comparing(Field::name))
        .forEach(field -> add(field, fields));
    return new JsonObject(fields);
  }

  private static void add(Field field, Map<String, JsonValue> fields) {
    var type = field.type().resolved();
    if (!field.alwaysThere()) {
      return;
    }
    if (type instanceof Struct nested) {
      fields.put(field.name(), of(nested));
    } else if (type instanceof ListOf || type instanceof MapOf) {
      fields.put(field.name(), JsonNull.NULL);
    }
  }
}

package io.kubejar.apimachinery.schema;

import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema.Any;
import io.kubejar.apimachinery.schema.TypeSchema.Field;
import io.kubejar.apimachinery.schema.TypeSchema.ListKind;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.MapOf;
import io.kubejar.apimachinery.schema.TypeSchema.PatchStrategy;
import io.kubejar.apimachinery.schema.TypeSchema.Reference;
import io.kubejar.apimachinery.schema.TypeSchema.Scalar;
import io.kubejar.apimachinery.schema.TypeSchema.ScalarType;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads one group and version of the generated schema.
final class SchemaDocument {
  private final String groupVersion;
  private final Schemas schemas;

  private SchemaDocument(String groupVersion, Schemas schemas) {
    this.groupVersion = groupVersion;
    this.schemas = schemas;
  }

  static Map<String, Struct> read(String groupVersion, JsonObject document, Schemas schemas) {
    var reader = new SchemaDocument(groupVersion, schemas);
    var types = new LinkedHashMap<String, Struct>();
    document
        .object("types")
        .fields()
        .forEach((name, type) -> types.put(name, reader.struct(name, object(type))));
    return types;
  }

  private Struct struct(String name, JsonObject type) {
    var fields = new LinkedHashMap<String, Field>();
    type.object("fields")
        .fields()
        .forEach((field, value) -> fields.put(field, field(field, object(value))));
    return new Struct(
        groupVersion + "." + name,
        type.text("description"),
        fields,
        isTrue(type.get("atomic")),
        null);
  }

  private Field field(String name, JsonObject field) {
    return new Field(
        name,
        type(field.text("type"), field),
        isTrue(field.get("required")),
        isTrue(field.get("zero")),
        strings(field.list("enum")),
        field.get("default"),
        PatchStrategy.of(field.text("strategy"), field.text("mergeKey")),
        field.text("description"));
  }

  /// The type that a text stands for; `field` tells how its outermost list or map merges.
  private TypeSchema type(String text, JsonObject field) {
    if (text.startsWith("[")) {
      var items = type(text.substring(1, text.length() - 1), JsonObject.EMPTY);
      return switch (field.text("list")) {
        case "set" -> new ListOf(items, ListKind.SET, List.of());
        case "map" -> new ListOf(items, ListKind.MAP, strings(field.list("keys")));
        default -> new ListOf(items, ListKind.ATOMIC, List.of());
      };
    }
    boolean atomic = isTrue(field.get("atomic"));
    if (text.startsWith("{")) {
      return new MapOf(type(text.substring(1, text.length() - 1), JsonObject.EMPTY), atomic);
    }
    return switch (text) {
      case "string" -> Scalar.STRING;
      case "boolean" -> Scalar.BOOLEAN;
      case "int32" -> Scalar.INT32;
      case "int64" -> Scalar.INT64;
      case "double" -> new Scalar(ScalarType.DOUBLE);
      case "bytes" -> new Scalar(ScalarType.BYTES);
      case "time" -> new Scalar(ScalarType.TIME);
      case "microTime" -> new Scalar(ScalarType.MICRO_TIME);
      case "quantity" -> new Scalar(ScalarType.QUANTITY);
      case "intOrString" -> new Scalar(ScalarType.INT_OR_STRING);
      case "any" -> new Any(atomic);
      default ->
          atomic || isTrue(field.get("granular"))
              ? owned(reference(text), atomic)
              : reference(text);
    };
  }

  /// A type that is owned as a whole or field by field in this place, though elsewhere it may be
  /// the other way.
  private static Reference owned(Reference type, boolean atomic) {
    return new Reference(
        type.name(),
        () -> {
          var struct = (Struct) type.resolved();
          return new Struct(
              struct.name(), struct.description(), struct.fields(), atomic, struct.others());
        });
  }

  private Reference reference(String text) {
    int dot = text.lastIndexOf('.');
    var owner = dot < 0 ? groupVersion : text.substring(0, dot);
    var name = text.substring(dot + 1);
    return new Reference(
        owner + "." + name,
        () ->
            schemas
                .find(owner, name)
                .orElseThrow(
                    () -> new IllegalStateException("No schema of " + owner + "." + name)));
  }

  private static JsonObject object(JsonValue value) {
    return value instanceof JsonObject object ? object : JsonObject.EMPTY;
  }

  private static boolean isTrue(@Nullable JsonValue value) {
    return value instanceof JsonBoolean(var bool) && bool;
  }

  private static List<String> strings(List<JsonValue> values) {
    return values.stream()
        .map(value -> value instanceof JsonString(var text) ? text : value.toString())
        .toList();
  }
}

package io.kubejar.apimachinery.cel.rules;

import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.cel.type.Identifiers;
import io.kubejar.apimachinery.cel.type.Scalar;
import io.kubejar.apimachinery.schema.Schemas;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.schema.TypeSchema.ScalarType;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import io.kubejar.apimachinery.structural.StructuralSchema;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;

/// The types of whole objects, as the checker of policies sees them.
public final class KindTypes {
  /// The types that lead to the one that is made, innermost first.
  private final Deque<Struct> outer = new ArrayDeque<>();

  private KindTypes() {}

  /// The type of a built-in kind. Inside of itself, a type is an object without fields.
  public static DeclType builtIn(Struct kind) {
    return new KindTypes().struct(kind);
  }

  /// The type of a custom kind: what its schema says, with all metadata.
  public static DeclType custom(StructuralSchema schema) {
    var fields = new LinkedHashMap<String, DeclType>();
    if (SchemaTypes.of(schema, false).orElse(Scalar.DYN) instanceof DeclType.ObjectOf object) {
      object.fields().forEach((name, field) -> fields.put(name, field.type()));
    }
    fields.put("apiVersion", Scalar.STRING);
    fields.put("kind", Scalar.STRING);
    fields.put("metadata", metadata());
    return DeclType.object("object", fields);
  }

  private static DeclType metadata() {
    return Schemas.builtIn().find("meta/v1", "ObjectMeta").map(KindTypes::builtIn).orElseThrow();
  }

  private DeclType struct(Struct struct) {
    var fields = new LinkedHashMap<String, DeclType>();
    if (!outer.contains(struct)) {
      outer.push(struct);
      struct
          .fields()
          .forEach(
              (name, field) ->
                  Identifiers.escape(name)
                      .ifPresent(escaped -> fields.put(escaped, type(field.type()))));
      outer.pop();
    }
    return DeclType.object("object", fields);
  }

  private DeclType type(TypeSchema schema) {
    return switch (schema.resolved()) {
      case TypeSchema.Scalar(var scalar) -> scalar(scalar);
      case Struct struct -> struct(struct);
      case TypeSchema.ListOf(var items, var _, var _) -> DeclType.listOf(type(items));
      case TypeSchema.MapOf(var values, var _) -> DeclType.mapOf(type(values));
      case TypeSchema.Any _, TypeSchema.Reference _ -> Scalar.DYN;
    };
  }

  /// Quantities may be texts or numbers, and nothing is known beforehand.
  private static DeclType scalar(ScalarType type) {
    return switch (type) {
      case STRING -> Scalar.STRING;
      case BOOLEAN -> Scalar.BOOL;
      case INT32, INT64 -> Scalar.INT;
      case DOUBLE -> Scalar.DOUBLE;
      case BYTES -> Scalar.BYTES;
      case TIME, MICRO_TIME -> Scalar.TIMESTAMP;
      case QUANTITY, INT_OR_STRING -> Scalar.DYN;
    };
  }
}

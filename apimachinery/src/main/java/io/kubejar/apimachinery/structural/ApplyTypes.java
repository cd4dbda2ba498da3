package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.schema.Schemas;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.schema.TypeSchema.Any;
import io.kubejar.apimachinery.schema.TypeSchema.Field;
import io.kubejar.apimachinery.schema.TypeSchema.ListKind;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.MapOf;
import io.kubejar.apimachinery.schema.TypeSchema.Scalar;
import io.kubejar.apimachinery.schema.TypeSchema.ScalarType;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// What server-side apply needs to know of a custom resource: how its lists and maps are merged.
/// Metadata, also of embedded resources, is merged like that of any object.
public final class ApplyTypes {
  private static final Scalar NUMERIC = new Scalar(ScalarType.DOUBLE);

  /// Texts with a format may be merged with anything: that is for other checks to refuse.
  private static final Scalar UNTYPED = new Scalar(ScalarType.INT_OR_STRING);

  private ApplyTypes() {}

  /// The type of a resource.
  ///
  /// @param name for messages, such as `com.example.v1.CronTab`
  /// @param preserveUnknownFields of the CRD
  public static TypeSchema of(String name, StructuralSchema schema, boolean preserveUnknownFields) {
    return object(name, schema.asResource(), preserveUnknownFields);
  }

  private static TypeSchema type(String name, StructuralSchema schema, boolean inherited) {
    boolean preserve = inherited || schema.extensions().preserveUnknownFields();
    return switch (schema.type()) {
      case "integer", "number" -> NUMERIC;
      case "boolean" -> Scalar.BOOLEAN;
      case "string" -> text(schema.validation().format());
      case "array" -> list(name, schema, preserve);
      case "object" -> object(name, schema, preserve);
      default -> schema.properties().isEmpty() ? Any.DEDUCED : object(name, schema, preserve);
    };
  }

  private static Scalar text(String format) {
    return format.isEmpty() || format.equals("byte") ? Scalar.STRING : UNTYPED;
  }

  private static ListOf list(String name, StructuralSchema schema, boolean preserve) {
    var items = schema.items() == null ? Any.DEDUCED : type(name, schema.items(), preserve);
    var kind = schema.extensions().listType();
    return switch (kind == null ? "atomic" : kind) {
      case "set" -> ListOf.set(items);
      case "map" -> new ListOf(items, ListKind.MAP, schema.extensions().listMapKeys());
      default -> ListOf.atomic(items);
    };
  }

  private static TypeSchema object(String name, StructuralSchema schema, boolean inherited) {
    boolean preserve = inherited || schema.extensions().preserveUnknownFields();
    boolean atomic = "atomic".equals(schema.extensions().mapType());
    boolean resource = schema.extensions().embeddedResource();
    var others = others(name, schema, preserve);
    if (schema.properties().isEmpty() && !resource && others != null) {
      return new MapOf(others, atomic);
    }
    var fields = new LinkedHashMap<String, Field>();
    schema
        .properties()
        .forEach((field, property) -> fields.put(field, field(name, field, property, preserve)));
    if (resource) {
      fields.put("apiVersion", Field.of("apiVersion", Scalar.STRING));
      fields.put("kind", Field.of("kind", Scalar.STRING));
      fields.put("metadata", Field.of("metadata", objectMeta()));
    }
    return new Struct(name, "", fields, atomic, others);
  }

  private static Field field(
      String name, String field, StructuralSchema property, boolean preserve) {
    var typed = Field.of(field, type(name + "." + field, property, preserve));
    var filling = property.defaultValue();
    return filling == null ? typed : typed.withDefault(filling);
  }

  /// The type of fields that are not listed; null if there can be none.
  private static @Nullable TypeSchema others(
      String name, StructuralSchema schema, boolean preserve) {
    var additional = schema.additional();
    if (additional == null) {
      return preserve || schema.properties().isEmpty() ? Any.DEDUCED : null;
    }
    if (additional.schema() != null) {
      return type(name, additional.schema(), preserve);
    }
    return additional.allowed() ? Any.DEDUCED : null;
  }

  private static TypeSchema objectMeta() {
    return Schemas.builtIn().find("meta/v1", "ObjectMeta").orElseThrow();
  }
}

package io.kubejar.apimachinery.cel.rules;

import dev.cel.common.types.SimpleType;
import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.cel.type.Identifiers;
import io.kubejar.apimachinery.cel.type.Scalar;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.structural.StructuralSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The types that rules see, made of a schema. Fields whose type is not known are not there.
public final class SchemaTypes {
  /// The largest request that a server takes, in bytes. Nothing in it can be larger.
  public static final long LARGEST_REQUEST = 3 * 1024 * 1024;

  private static final int BYTES_PER_CHARACTER = 4;
  private static final StructuralSchema TEXT = text();
  private static final StructuralSchema METADATA =
      object(Map.of("name", TEXT, "generateName", TEXT));

  private SchemaTypes() {}

  /// The type of a schema's values; empty if rules cannot know it.
  ///
  /// @param resourceRoot whether apiVersion, kind and metadata are there even if the schema does
  ///   not say so
  public static Optional<DeclType> of(StructuralSchema schema, boolean resourceRoot) {
    return Optional.ofNullable(type(schema, resourceRoot));
  }

  private static @Nullable DeclType type(StructuralSchema schema, boolean resourceRoot) {
    if (schema.extensions().intOrString()) {
      var most = schema.validation().maxLength();
      return new Scalar(
          SimpleType.DYN, most == null ? LARGEST_REQUEST - 2 : fourBytesEach(most), 1);
    }
    var whole = resourceRoot ? withMetadata(schema) : schema;
    return switch (whole.type()) {
      case "array" -> list(whole);
      case "object" -> object(whole);
      case "string" -> text(whole);
      case "boolean" -> Scalar.BOOL;
      case "number" -> Scalar.DOUBLE;
      case "integer" -> Scalar.INT;
      default -> null;
    };
  }

  private static long fourBytesEach(long characters) {
    return Math.max(0, characters) * BYTES_PER_CHARACTER;
  }

  private static @Nullable DeclType list(StructuralSchema schema) {
    var items = schema.items();
    var element = items == null ? null : type(items, items.extensions().embeddedResource());
    if (element == null) {
      return null;
    }
    var most = schema.validation().maxItems();
    return new DeclType.ListOf(
        element,
        most != null
            ? Math.max(0, most)
            : (LARGEST_REQUEST - 2) / (element.minSerializedSize() + 1));
  }

  private static @Nullable DeclType object(StructuralSchema schema) {
    var additional = schema.additionalSchema();
    if (additional != null) {
      var value = type(additional, additional.extensions().embeddedResource());
      var most = schema.validation().maxProperties();
      return value == null
          ? null
          : new DeclType.MapOf(
              value,
              most != null
                  ? Math.max(0, most)
                  : (LARGEST_REQUEST - 2) / (value.minSerializedSize() + 6));
    }
    var fields = new LinkedHashMap<String, DeclType.Field>();
    long minSize = 2;
    for (var property : schema.properties().entrySet()) {
      var name = property.getKey();
      var type = type(property.getValue(), property.getValue().extensions().embeddedResource());
      if (type == null) {
        continue;
      }
      boolean isRequired = schema.validation().required().contains(name);
      Identifiers.escape(name)
          .ifPresent(field -> fields.put(field, new DeclType.Field(type, isRequired)));
      var defaultValue = property.getValue().defaultValue();
      if (isRequired && (defaultValue == null || defaultValue instanceof JsonNull)) {
        minSize += name.length() + type.minSerializedSize() + 4;
      }
    }
    return new DeclType.ObjectOf("object", fields, minSize);
  }

  private static DeclType text(StructuralSchema schema) {
    var most = schema.validation().maxLength();
    return switch (schema.validation().format()) {
      case "byte" ->
          Scalar.BYTES.withMaxElements(most == null ? LARGEST_REQUEST - 2 : Math.max(0, most));
      case "duration" -> Scalar.DURATION;
      case "date" -> new Scalar(SimpleType.TIMESTAMP, 12, 12);
      case "date-time" -> Scalar.TIMESTAMP;
      default -> Scalar.STRING.withMaxElements(longestText(schema, most));
    };
  }

  private static long longestText(StructuralSchema schema, @Nullable Long most) {
    if (most != null) {
      return fourBytesEach(most);
    }
    var allowed = schema.validation().enumeration();
    return allowed.isEmpty()
        ? LARGEST_REQUEST - 2
        : allowed.stream()
            .mapToLong(
                value ->
                    value instanceof JsonString(var text)
                        ? io.kubejar.apimachinery.Bytes.utf8(text).size()
                        : 0)
            .max()
            .orElse(0);
  }

  /// The schema with what every resource has.
  static StructuralSchema withMetadata(StructuralSchema schema) {
    if (hasMetadata(schema)) {
      return schema;
    }
    var properties = new LinkedHashMap<>(schema.properties());
    properties.put("kind", TEXT);
    properties.put("apiVersion", TEXT);
    properties.put("metadata", METADATA);
    return new StructuralSchema(
        schema.generic(),
        schema.extensions(),
        schema.items(),
        properties,
        schema.additional(),
        schema.validation(),
        schema.rules());
  }

  private static boolean hasMetadata(StructuralSchema schema) {
    var metadata = schema.properties().get("metadata");
    return isText(schema, "kind")
        && isText(schema, "apiVersion")
        && metadata != null
        && metadata.type().equals("object")
        && isText(metadata, "name")
        && isText(metadata, "generateName");
  }

  private static boolean isText(StructuralSchema schema, String property) {
    var found = schema.properties().get(property);
    return found != null && found.type().equals("string");
  }

  private static StructuralSchema text() {
    return ofType("string", Map.of());
  }

  private static StructuralSchema object(Map<String, StructuralSchema> properties) {
    return ofType("object", properties);
  }

  private static StructuralSchema ofType(String type, Map<String, StructuralSchema> properties) {
    var empty = StructuralSchema.EMPTY;
    return new StructuralSchema(
        new StructuralSchema.Generic(type, "", "", null, false, null, null),
        empty.extensions(),
        null,
        properties,
        null,
        empty.validation(),
        empty.rules());
  }
}

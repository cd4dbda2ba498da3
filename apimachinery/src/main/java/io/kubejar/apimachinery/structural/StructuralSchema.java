package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.FrozenMap;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The schema of a custom resource's version, or of a part of it.
///
/// The tree of items, properties and additional properties is the structure: it alone says which
/// fields there are. The same record also stands for the branches of `allOf`, `anyOf`, `oneOf` and
/// `not`, which may only restrict values; the checks of the CRD refuse branches that do more.
///
/// @param items the type of a list's items
/// @param additional what other fields than `properties` may be there; absent if the schema does
///   not speak of them
/// @param validation what values are allowed
/// @param rules the rules in CEL, `x-kubernetes-validations`
public record StructuralSchema(
    Generic generic,
    Extensions extensions,
    @Nullable StructuralSchema items,
    Map<String, StructuralSchema> properties,
    @Nullable Additional additional,
    ValueValidation validation,
    List<ValidationRule> rules) {

  /// Says nothing about anything.
  public static final StructuralSchema EMPTY =
      new StructuralSchema(
          Generic.NONE, Extensions.NONE, null, Map.of(), null, ValueValidation.NONE, List.of());

  public StructuralSchema {
    properties = FrozenMap.copyOf(properties);
    rules = List.copyOf(rules);
  }

  /// What belongs to a type and not to its values.
  ///
  /// @param type `object`, `array`, `number`, `integer`, `boolean`, `string`, or empty
  /// @param defaultValue what an absent field is set to; JSON's null counts as no default
  /// @param nullable whether null is a value; where it is not, nulls are dropped or defaulted
  public record Generic(
      String type,
      String title,
      String description,
      @Nullable JsonValue defaultValue,
      boolean nullable,
      @Nullable JsonObject externalDocs,
      @Nullable JsonValue example) {
    public static final Generic NONE = new Generic("", "", "", null, false, null, null);

    static Generic ofType(String type) {
      return new Generic(type, "", "", null, false, null, null);
    }
  }

  /// The extensions that shape the structure, `x-kubernetes-...`.
  ///
  /// @param preserveUnknownFields whether fields that the schema does not know are kept
  /// @param embeddedResource whether the object has apiVersion, kind and metadata of its own
  /// @param intOrString whether it may be a whole number or a text
  /// @param listType `atomic`, `set` or `map`; null if not said, which means atomic
  /// @param listMapKeys the fields that tell the items of a list of type map apart
  /// @param mapType `granular` or `atomic`; null if not said, which means granular
  public record Extensions(
      boolean preserveUnknownFields,
      boolean embeddedResource,
      boolean intOrString,
      @Nullable String listType,
      List<String> listMapKeys,
      @Nullable String mapType) {
    public static final Extensions NONE =
        new Extensions(false, false, false, null, List.of(), null);

    public Extensions {
      listMapKeys = List.copyOf(listMapKeys);
    }

    Extensions withEmbeddedResource() {
      return new Extensions(
          preserveUnknownFields, true, intOrString, listType, listMapKeys, mapType);
    }
  }

  /// `additionalProperties`.
  ///
  /// @param allowed whether there may be other fields; true if there is a schema
  /// @param schema the type of their values, if it is known
  public record Additional(boolean allowed, @Nullable StructuralSchema schema) {}

  /// The most levels of JSON that a schema may have. Go's stacks grow, those of Java do not: every
  /// walk over a schema or its values must fit.
  public static final int DEEPEST = 400;

  public static final String TOO_DEEP =
      "OpenAPIV3Schema must not have more than " + DEEPEST + " levels";

  /// Whether a schema has more levels than anybody can walk.
  public static boolean isTooDeep(JsonObject schema) {
    return SchemaParser.isDeeper(schema, DEEPEST);
  }

  /// Reads an `openAPIV3Schema` as it was sent.
  ///
  /// @throws UnsupportedSchemaException if it uses what structural schemas cannot say, such as
  ///   `$ref`; the checks of the CRD report that with the field's path
  public static StructuralSchema parse(JsonObject schema) {
    if (isTooDeep(schema)) {
      throw new UnsupportedSchemaException(TOO_DEEP);
    }
    return SchemaParser.parse(schema);
  }

  public String type() {
    return generic.type();
  }

  public @Nullable JsonValue defaultValue() {
    return generic.defaultValue();
  }

  /// The schema of a field's value: its own, or that of additional properties, or none.
  public @Nullable StructuralSchema child(String name) {
    var property = properties.get(name);
    return property != null ? property : additionalSchema();
  }

  public @Nullable StructuralSchema additionalSchema() {
    return additional == null ? null : additional.schema();
  }

  /// Whether the items of this list are told apart by keys.
  public boolean isMapList() {
    return "map".equals(extensions.listType());
  }

  /// This schema for the root of a resource, which has apiVersion, kind and metadata whatever the
  /// schema says.
  public StructuralSchema asResource() {
    return extensions.embeddedResource()
        ? this
        : new StructuralSchema(
            generic,
            extensions.withEmbeddedResource(),
            items,
            properties,
            additional,
            validation,
            rules);
  }
}

package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.structural.StructuralSchema.Additional;
import io.kubejar.apimachinery.structural.StructuralSchema.Generic;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Makes defaults harmless that older servers let in: what the schema, or the metadata of this
/// server, does not know is dropped from them.
public final class DefaultPruning {
  private final StructuralSchema root;

  private DefaultPruning(StructuralSchema root) {
    this.root = root;
  }

  /// The schema with pruned defaults; the same if they are.
  public static StructuralSchema prune(StructuralSchema schema) {
    return new DefaultPruning(schema.asResource()).schema(schema, Surroundings.NONE);
  }

  @SuppressWarnings("ReferenceEquality") // What needs no change comes back as it is.
  private StructuralSchema schema(StructuralSchema schema, Surroundings way) {
    var value = schema.defaultValue();
    var pruned = value == null ? null : value(value, way);
    var items = schema.items() == null ? null : schema(schema.items(), way.item());
    var inside = schema.additionalSchema();
    var values = inside == null ? null : schema(inside, way.child("*"));
    var properties = new LinkedHashMap<String, StructuralSchema>();
    boolean same = pruned == value && items == schema.items() && values == inside;
    for (var property : schema.properties().entrySet()) {
      var changed = schema(property.getValue(), way.child(property.getKey()));
      same &= changed == property.getValue();
      properties.put(property.getKey(), changed);
    }
    if (same) {
      return schema;
    }
    return new StructuralSchema(
        with(schema.generic(), pruned),
        schema.extensions(),
        items,
        properties,
        values == null ? schema.additional() : new Additional(true, values),
        schema.validation(),
        schema.rules());
  }

  private static Generic with(Generic generic, @Nullable JsonValue defaultValue) {
    return new Generic(
        generic.type(),
        generic.title(),
        generic.description(),
        defaultValue,
        generic.nullable(),
        generic.externalDocs(),
        generic.example());
  }

  private @Nullable JsonValue value(JsonValue value, Surroundings way) {
    var resource = way.around(value);
    if (resource == null) {
      return value; // The default of the root; it is forbidden, and of no use.
    }
    var coerced = MetadataCoercion.coerce(resource, root, FieldPath.root(), true).value();
    var pruned = way.inside((JsonObject) Pruning.pruned(coerced, root));
    return value.equals(pruned) ? value : pruned;
  }
}

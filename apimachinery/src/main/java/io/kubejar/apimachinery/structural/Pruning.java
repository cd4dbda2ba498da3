package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Drops the fields that a schema does not know.
///
/// `x-kubernetes-preserve-unknown-fields` keeps them, down to where the schema specifies properties
/// again. The apiVersion, kind and metadata of resources are left alone.
public final class Pruning {
  static final Set<String> META_FIELDS = Set.of("apiVersion", "kind", "metadata");

  private final List<String> dropped = new ArrayList<>();

  private Pruning() {}

  /// What is left, and what is gone.
  ///
  /// @param dropped paths such as `spec.ports[0].nmae`, sorted
  public record Pruned(JsonObject object, List<String> dropped) {
    public Pruned {
      dropped = List.copyOf(dropped);
    }
  }

  /// Prunes a resource.
  public static Pruned prune(JsonObject resource, StructuralSchema schema) {
    var pruning = new Pruning();
    var pruned = (JsonObject) pruning.value(resource, schema.asResource(), FieldPath.root());
    Collections.sort(pruning.dropped);
    return new Pruned(pruned, pruning.dropped);
  }

  /// Prunes any value of a schema.
  static JsonValue pruned(JsonValue value, StructuralSchema schema) {
    return new Pruning().value(value, schema, FieldPath.root());
  }

  private JsonValue value(JsonValue value, @Nullable StructuralSchema schema, FieldPath path) {
    if (schema != null && schema.extensions().preserveUnknownFields()) {
      return kept(value, schema, path);
    }
    return switch (value) {
      case JsonObject object ->
          TreeEdits.fields(object, (name, field) -> field(name, field, schema, path));
      case JsonArray array -> {
        var items = schema == null ? null : schema.items();
        yield TreeEdits.items(array, (index, item) -> value(item, items, path.index(index)));
      }
      case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> value;
    };
  }

  private @Nullable JsonValue field(
      String name, JsonValue field, @Nullable StructuralSchema schema, FieldPath path) {
    if (schema == null) {
      dropped.add(path.child(name).text());
      return null;
    }
    if (isMetaField(name, schema)) {
      return field;
    }
    if (schema.properties().containsKey(name) || schema.additional() != null) {
      return value(field, schema.child(name), path.child(name));
    }
    if (!META_FIELDS.contains(name) || !(path instanceof FieldPath.Root)) {
      dropped.add(path.child(name).text());
    }
    return null;
  }

  /// Where unknown fields are kept, the known ones are still looked into.
  private JsonValue kept(JsonValue value, @Nullable StructuralSchema schema, FieldPath path) {
    if (schema == null) {
      return value;
    }
    return switch (value) {
      case JsonObject object ->
          TreeEdits.fields(
              object,
              (name, field) ->
                  isMetaField(name, schema)
                          || (!schema.properties().containsKey(name) && schema.additional() == null)
                      ? field
                      : value(field, schema.child(name), path.child(name)));
      case JsonArray array ->
          TreeEdits.items(array, (index, item) -> kept(item, schema.items(), path.index(index)));
      case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> value;
    };
  }

  private static boolean isMetaField(String name, StructuralSchema schema) {
    return schema.extensions().embeddedResource() && META_FIELDS.contains(name);
  }
}

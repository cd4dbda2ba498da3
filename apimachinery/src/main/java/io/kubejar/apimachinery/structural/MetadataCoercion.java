package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Brings apiVersion, kind and metadata of embedded resources into shape: wrong types are refused,
/// or dropped from objects that were stored before anybody looked; unknown fields of metadata are
/// dropped and told.
final class MetadataCoercion {
  private final boolean lenient;
  private final List<String> unknown = new ArrayList<>();

  private MetadataCoercion(boolean lenient) {
    this.lenient = lenient;
  }

  /// @param unknown paths of the metadata's fields that are gone
  record Coerced(JsonValue value, List<String> unknown) {}

  /// Coerces a value and the resources inside it.
  ///
  /// @param lenient whether wrong types are dropped
  /// @throws InvalidMetadataException for wrong types otherwise
  static Coerced coerce(JsonValue value, StructuralSchema schema, FieldPath path, boolean lenient) {
    var coercion = new MetadataCoercion(lenient);
    var coerced = coercion.value(value, schema, path);
    coercion.unknown.sort(null);
    return new Coerced(coerced, coercion.unknown);
  }

  private JsonValue value(JsonValue value, @Nullable StructuralSchema schema, FieldPath path) {
    if (schema == null) {
      return value;
    }
    return switch (value) {
      case JsonObject object ->
          TreeEdits.fields(object, (name, field) -> field(name, field, schema, path));
      case JsonArray array ->
          TreeEdits.items(array, (index, item) -> value(item, schema.items(), path.index(index)));
      case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> value;
    };
  }

  private @Nullable JsonValue field(
      String name, JsonValue field, StructuralSchema schema, FieldPath path) {
    var coerced = schema.extensions().embeddedResource() ? metaField(name, field, path) : field;
    if (coerced == null) {
      return null;
    }
    var step = schema.properties().containsKey(name) ? path.child(name) : path.key(name);
    return value(coerced, schema.child(name), step);
  }

  private @Nullable JsonValue metaField(String name, JsonValue field, FieldPath path) {
    return switch (name) {
      case "apiVersion", "kind" -> {
        if (field instanceof JsonString) {
          yield field;
        }
        yield dropped(path.child(name), field, "must be a string");
      }
      case "metadata" -> metadata(field, path.child(name));
      default -> field;
    };
  }

  private @Nullable JsonValue dropped(FieldPath path, JsonValue value, String why) {
    if (!lenient) {
      throw refused(path, value, why);
    }
    return null;
  }

  private JsonValue metadata(JsonValue metadata, FieldPath path) {
    try {
      var fields = lenient ? MetadataFields.readLeniently(metadata) : MetadataFields.read(metadata);
      if (fields == null) {
        return metadata; // What is no object is left for the checks of values to refuse.
      }
      fields.unknown().forEach(name -> unknown.add(path.text() + "." + name));
      var tree = fields.tree();
      return tree.equals(metadata) ? metadata : tree;
    } catch (JsonFormatException wrong) {
      throw refused(path, metadata, String.valueOf(wrong.getMessage()));
    }
  }

  private static InvalidMetadataException refused(FieldPath path, JsonValue value, String why) {
    var error = FieldError.invalid(path.text(), value, why);
    return new InvalidMetadataException(error.text(), error);
  }
}

package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happens to every custom object that is read, from a request, from the store or from a
/// conversion: it gets the shape that decoding into a struct gives to built-in kinds. Defaults come
/// after it, see [Defaulting#defaulted].
///
/// @param schema of the object's version, with pruned defaults
/// @param preserveUnknownFields of the CRD: whether nothing is pruned at all
public record Coercion(StructuralSchema schema, boolean preserveUnknownFields) {

  /// An object in shape.
  ///
  /// @param unknownFields the paths of what was dropped, for strict and warning field validation:
  ///   first those of its metadata, then the others, then those of embedded metadata
  public record Coerced(JsonObject object, List<String> unknownFields) {
    public Coerced {
      unknownFields = List.copyOf(unknownFields);
    }
  }

  /// An object that a client or a conversion sent.
  ///
  /// @throws InvalidMetadataException if metadata, its own or an embedded one, has a wrong type
  public Coerced received(JsonObject object) {
    return coerce(object, false);
  }

  /// An object from the store. Very old ones may have malformed metadata, which is dropped, and no
  /// generation, which becomes 1.
  public JsonObject stored(JsonObject object) {
    return coerce(object, true).object();
  }

  private Coerced coerce(JsonObject object, boolean lenient) {
    var metadata = metadata(object, lenient);
    var unknown = new ArrayList<String>();
    if (metadata != null) {
      metadata.unknown().forEach(name -> unknown.add("metadata." + name));
    }
    var pruned = object;
    if (!preserveUnknownFields) {
      var pruning = Pruning.prune(object, schema);
      unknown.addAll(pruning.dropped());
      pruned = Defaulting.withoutNulls(pruning.object(), schema);
    }
    var coerced = MetadataCoercion.coerce(pruned, schema, FieldPath.root(), lenient);
    unknown.addAll(coerced.unknown());
    return new Coerced(restored((JsonObject) coerced.value(), object, metadata, lenient), unknown);
  }

  private static @Nullable MetadataFields metadata(JsonObject object, boolean lenient) {
    var metadata = object.get("metadata");
    if (metadata == null) {
      return null;
    }
    try {
      var read = lenient ? MetadataFields.readLeniently(metadata) : MetadataFields.read(metadata);
      if (read == null) {
        throw refused(metadata, "invalid metadata: expected object, got " + metadata.typeName());
      }
      return read;
    } catch (JsonFormatException wrong) {
      throw refused(metadata, String.valueOf(wrong.getMessage()));
    }
  }

  private static InvalidMetadataException refused(JsonValue metadata, String why) {
    return new InvalidMetadataException(why, FieldError.invalid("metadata", metadata, why));
  }

  /// Whatever the schema says of them, apiVersion, kind and metadata stay.
  private static JsonObject restored(
      JsonObject coerced, JsonObject original, @Nullable MetadataFields fields, boolean stored) {
    var restored = coerced;
    for (var name : List.of("apiVersion", "kind")) {
      var value = original.get(name);
      restored = value == null ? restored : restored.with(name, value);
    }
    if (fields == null) {
      return restored;
    }
    var metadata = fields.metadata();
    boolean veryOld = stored && metadata.generation() == 0;
    return restored.with(
        "metadata", ObjectMeta.CODEC.toTree(veryOld ? metadata.withGeneration(1) : metadata));
  }
}

package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema;
import java.util.LinkedHashMap;
import java.util.TreeMap;

/// The annotation in which the client-side `kubectl apply` remembers what it applied. It helps to
/// move on to server-side apply: what stands in it unchanged may be taken over by kubectl without a
/// conflict.
final class LastApplied {
  /// Who may take over, and keeps the annotation up to date.
  static final String MANAGER = "kubectl";

  static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
  private static final int LARGEST_ANNOTATIONS_BYTES = 256 << 10;

  private LastApplied() {}

  /// The fields that live still has as kubectl applied them; none if that cannot be told.
  static FieldSet unchanged(JsonObject live, String apiVersion, TypeSchema type) {
    var text = annotations(live).text(ANNOTATION);
    if (text.isEmpty()) {
      return FieldSet.EMPTY;
    }
    try {
      if (!(JsonParser.parse(text) instanceof JsonObject applied)
          || !applied.text("apiVersion").equals(apiVersion)) {
        return FieldSet.EMPTY;
      }
      TypedValidation.requireValid(applied, type);
      var comparison = TypedComparison.of(applied, live, type);
      return TypedFieldSet.of(applied, type)
          .difference(comparison.modified())
          .difference(comparison.added())
          .difference(comparison.removed());
    } catch (JsonFormatException | MistypedException _) {
      return FieldSet.EMPTY; // What a user wrote into an annotation is no reason to fail.
    }
  }

  /// The object with the annotation telling the new configuration, if it has that annotation at
  /// all.
  static JsonObject updated(JsonObject object, JsonObject config) {
    var annotations = annotations(object);
    if (annotations.text(ANNOTATION).isEmpty()) {
      return object;
    }
    var text = JsonPrinter.print(sorted(withoutAnnotation(config))) + "\n";
    var changed = annotations.with(ANNOTATION, new JsonString(text));
    if (sizeOf(changed) > LARGEST_ANNOTATIONS_BYTES) {
      changed = annotations.without(ANNOTATION);
    }
    return object.with("metadata", object.object("metadata").with("annotations", changed));
  }

  private static JsonObject withoutAnnotation(JsonObject config) {
    var metadata = config.object("metadata");
    return metadata.has("annotations")
        ? config.with(
            "metadata", metadata.with("annotations", annotations(config).without(ANNOTATION)))
        : config;
  }

  private static JsonValue sorted(JsonValue value) {
    return switch (value) {
      case JsonObject object -> {
        var fields = new LinkedHashMap<String, JsonValue>();
        new TreeMap<>(object.fields()).forEach((name, field) -> fields.put(name, sorted(field)));
        yield new JsonObject(fields);
      }
      case JsonArray array ->
          new JsonArray(array.values().stream().map(LastApplied::sorted).toList());
      default -> value;
    };
  }

  private static long sizeOf(JsonObject annotations) {
    return annotations.fields().entrySet().stream()
        .mapToLong(
            entry ->
                entry.getKey().length()
                    + (entry.getValue() instanceof JsonString(var text) ? text.length() : 0))
        .sum();
  }

  private static JsonObject annotations(JsonObject object) {
    return object.object("metadata").object("annotations");
  }
}

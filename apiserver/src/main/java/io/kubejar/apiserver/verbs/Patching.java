package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.patch.JsonPatch;
import io.kubejar.apimachinery.patch.MergePatch;
import io.kubejar.apimachinery.patch.StrategicMergePatch;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.wire.FieldValidation;
import java.util.List;
import java.util.Optional;

/// Applies patches to records by way of their JSON trees.
final class Patching<T extends KubernetesObject> {
  private final ResourceType<T> type;
  private final Optional<TypeSchema> schema;

  /// @param schema what strategic merge patches follow
  Patching(ResourceType<T> type, Optional<TypeSchema> schema) {
    this.type = type;
    this.schema = schema;
  }

  /// The object with a JSON, merge or strategic merge patch applied.
  T apply(Call call, PatchRequest patch, T current) {
    var before = (JsonObject) type.codec().toTree(current);
    JsonValue after =
        switch (patch.type()) {
          case JSON -> JsonPatch.apply(before, patch.body());
          case MERGE -> MergePatch.apply(before, patch.body());
          case STRATEGIC -> strategic(before, patch.body());
          case APPLY -> throw new IllegalStateException("an apply needs managed fields");
        };
    return read(call, patch, after);
  }

  /// What an apply wants, with its name filled in. Unknown fields are not looked for: the schema
  /// refuses them whatever the client asked for.
  JsonObject configuration(Call call, ObjectKey key, PatchRequest patch) {
    if (!(patch.body() instanceof JsonObject config)) {
      throw ApiException.badRequest("error decoding YAML: not an object");
    }
    judgeRepeated(call, patch);
    var metadata = config.object("metadata");
    if (isUnset(metadata, "name")) {
      metadata = metadata.with("name", new JsonString(key.name()));
    }
    if (isUnset(metadata, "namespace") && !key.namespace().isEmpty()) {
      metadata = metadata.with("namespace", new JsonString(key.namespace()));
    }
    return config.with("metadata", metadata);
  }

  /// What is no text stays for the schema to refuse.
  private static boolean isUnset(JsonObject metadata, String name) {
    return switch (metadata.get(name)) {
      case null -> true;
      case JsonNull _ -> true;
      case JsonString(var text) -> text.isEmpty();
      default -> false;
    };
  }

  /// Upstream refuses what a strict apply repeats only when everything else is well; here it comes
  /// first.
  private static void judgeRepeated(Call call, PatchRequest patch) {
    if (patch.fieldValidation() == FieldValidation.WARN) {
      patch.repeated().forEach(call.warnings()::add);
    }
    if (patch.fieldValidation() == FieldValidation.STRICT && !patch.repeated().isEmpty()) {
      throw ApiException.badRequest(
          "error strict decoding patch: error converting YAML to JSON: yaml: unmarshal errors:\n  "
              + String.join("\n  ", patch.repeated()));
    }
  }

  private JsonObject strategic(JsonObject before, JsonValue patch) {
    if (!type.codec().typed()) {
      throw notStrategic();
    }
    var known = schema.orElseThrow(Patching::notStrategic);
    return StrategicMergePatch.apply(before, patch, known);
  }

  private static ApiException notStrategic() {
    return ApiException.unsupportedMediaType(
        "the body of the request was in an unknown format - accepted media types include:"
            + " application/json-patch+json, application/merge-patch+json,"
            + " application/apply-patch+yaml");
  }

  /// Makes a record of a patched tree.
  private T read(Call call, PatchRequest patch, JsonValue tree) {
    try {
      if (patch.fieldValidation() == FieldValidation.IGNORE) {
        return type.codec().fromTree(tree);
      }
      var reader = JsonReader.strict(tree);
      T object = type.codec().readJson(reader);
      complain(call, patch, tree, reader.complaints());
      return object;
    } catch (JsonFormatException malformed) {
      throw invalid(patch, tree, String.valueOf(malformed.getMessage()));
    }
  }

  private void complain(Call call, PatchRequest patch, JsonValue tree, List<String> complaints) {
    if (complaints.isEmpty()) {
      return;
    }
    if (patch.fieldValidation() == FieldValidation.STRICT) {
      throw invalid(patch, tree, "strict decoding error: " + String.join(", ", complaints));
    }
    complaints.forEach(call.warnings()::add);
  }

  /// Upstream names neither kind nor object here, and quotes a strategic merge patch as Go prints
  /// it, but of the others what they make of the object.
  private static ApiException invalid(PatchRequest patch, JsonValue after, String why) {
    var quoted =
        patch.type() == PatchRequest.Type.STRATEGIC
            ? StrategicMergePatch.shown(patch.body())
            : after.toString();
    var error = FieldError.invalid("patch", quoted, why);
    return ApiException.invalid("", "", "", List.of(error.cause()));
  }
}

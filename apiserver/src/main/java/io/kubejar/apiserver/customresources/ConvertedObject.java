package io.kubejar.apiserver.customresources;

import io.kubejar.apimachinery.RawExtension;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.customresources.WebhookConverter.Failed;
import io.kubejar.apiserver.metrics.ConversionMetrics.Failure;
import io.kubejar.apiserver.validation.Validation;
import java.util.Map;
import java.util.stream.Collectors;

/// What a webhook has made of an object, and whether it is still the same object.
///
/// @param original what it was asked about
/// @param who the webhook, as failures name it
/// @param index which of the objects it was asked about this is
/// @param alone whether it is one object, not one of a list: failures are told in other words
record ConvertedObject(Unstructured original, String who, int index, boolean alone) {
  Unstructured checked(RawExtension answer, String apiVersion) throws Failed {
    var tree = tree(answer);
    requireType(tree, apiVersion);
    requireMetadata(tree);
    Unstructured converted;
    try {
      converted = Unstructured.of(tree);
    } catch (JsonFormatException malformed) {
      throw invalid(String.valueOf(malformed.getMessage()));
    }
    requireSame("name", original.metadata().name(), converted.metadata().name());
    requireSame("namespace", original.metadata().namespace(), converted.metadata().namespace());
    requireSame("UID", original.metadata().uid(), converted.metadata().uid());
    var labels = converted.metadata().labels();
    var annotations = converted.metadata().annotations();
    requireValid(labels, annotations);
    // Of the metadata, a webhook may change labels and annotations, nothing else.
    return converted.withMetadata(
        original.metadata().withLabels(labels).withAnnotations(annotations));
  }

  private JsonObject tree(RawExtension answer) throws Failed {
    try {
      if (answer.json() instanceof JsonObject tree) {
        return tree;
      }
    } catch (JsonFormatException malformed) {
      throw invalid(String.valueOf(malformed.getMessage()));
    }
    throw invalid("not an object");
  }

  private void requireType(JsonObject tree, String apiVersion) throws Failed {
    if (!tree.text("apiVersion").equals(apiVersion)) {
      throw atIndex(
          "invalid groupVersion (expected "
              + apiVersion
              + ", received "
              + tree.text("apiVersion")
              + ")");
    }
    if (!tree.text("kind").equals(original.kind())) {
      throw atIndex(
          "invalid kind (expected " + original.kind() + ", received " + tree.text("kind") + ")");
    }
  }

  private void requireMetadata(JsonObject tree) throws Failed {
    var metadata = tree.get("metadata");
    if (metadata == null) {
      throw invalidMetadata("missing metadata in converted object");
    }
    if (!(metadata instanceof JsonObject object)) {
      throw invalidMetadata("invalid metadata of type " + type(metadata) + " in converted object");
    }
    for (var field : new String[] {"labels", "annotations"}) {
      var texts = object.get(field);
      if (texts instanceof JsonObject(var fields)) {
        for (var entry : fields.entrySet()) {
          if (!(entry.getValue() instanceof JsonString)) {
            throw invalidMetadata(
                "metadata.%s[%s] must be a string, but is %s in converted object"
                    .formatted(field, entry.getKey(), type(entry.getValue())));
          }
        }
      } else if (texts != null && !(texts instanceof JsonNull)) {
        throw invalidMetadata(
            "invalid metadata.%s of type %s in converted object".formatted(field, type(texts)));
      }
    }
  }

  /// As Go calls it.
  private static String type(JsonValue value) {
    return switch (value) {
      case JsonNull _ -> "<nil>";
      case JsonBoolean _ -> "bool";
      case JsonString _ -> "string";
      case JsonArray _ -> "[]interface {}";
      case JsonObject _ -> "map[string]interface {}";
      case JsonNumber number -> number.toString().matches("-?[0-9]+") ? "int64" : "float64";
    };
  }

  private void requireSame(String what, String expected, String found) throws Failed {
    if (!expected.equals(found)) {
      throw invalid("must have the same " + what + ": " + expected + " != " + found);
    }
  }

  /// What was there before is not looked at again.
  private void requireValid(Map<String, String> labels, Map<String, String> annotations)
      throws Failed {
    var before = original.metadata();
    var errors =
        Validation.labelsAndAnnotations(
            labels.equals(before.labels()) ? Map.of() : labels,
            annotations.equals(before.annotations()) ? Map.of() : annotations);
    if (!errors.isEmpty()) {
      var texts = errors.stream().map(FieldError::text).distinct().toList();
      throw invalidMetadata(
          texts.size() == 1
              ? texts.getFirst()
              : texts.stream().collect(Collectors.joining(", ", "[", "]")));
    }
  }

  private Failed atIndex(String why) {
    var object = alone ? "object" : "converted object";
    return failed(" returned invalid " + object + " at index " + index + ": " + why);
  }

  private Failed invalid(String why) {
    return alone ? failed(" returned invalid object: " + why) : atIndex(why);
  }

  private Failed invalidMetadata(String why) {
    return alone
        ? failed(" returned invalid metadata: " + why)
        : failed(" returned invalid metadata in object at index " + index + ": " + why);
  }

  private Failed failed(String what) {
    return new Failed(Failure.INVALID_CONVERTED_OBJECT, who + what);
  }
}

package io.kubejar.controllers.history;

import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.RawExtension;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.TreeMap;

/// A pod template in the form of a ControllerRevision's data: the strategic merge patch that puts
/// the template back.
///
/// The bytes are those that upstream writes (sorted fields, characters of HTML escaped), because
/// upstream's controllers compare bytes: they find their place in a history that we have begun.
/// Ours compare what the bytes mean.
public final class TemplateData {
  private static final String DIRECTIVE = "$patch";

  private TemplateData() {}

  public static RawExtension of(PodTemplateSpec template) {
    var replaced =
        ((JsonObject) PodTemplateSpec.CODEC.toTree(template))
            .with(DIRECTIVE, new JsonString("replace"));
    var patch = JsonObject.of("spec", JsonObject.of("template", replaced));
    var text =
        JsonPrinter.print(sorted(patch))
            .replace("<", "\\u003c")
            .replace(">", "\\u003e")
            .replace("&", "\\u0026");
    return new RawExtension(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  /// The template that a revision keeps; empty if it keeps something else.
  public static Optional<PodTemplateSpec> template(ControllerRevision revision) {
    try {
      if (!(revision.data().json() instanceof JsonObject patch)
          || !(patch.object("spec").get("template") instanceof JsonObject template)) {
        return Optional.empty();
      }
      return Optional.of(PodTemplateSpec.CODEC.fromTree(template.without(DIRECTIVE)));
    } catch (JsonFormatException _) {
      return Optional.empty(); // Somebody else's revision that carries our labels.
    }
  }

  /// Whether a revision keeps this template.
  public static boolean isOf(ControllerRevision revision, PodTemplateSpec template) {
    return template(revision).filter(template::equals).isPresent();
  }

  private static JsonValue sorted(JsonValue value) {
    return switch (value) {
      case JsonObject(var fields) -> {
        var sorted = new LinkedHashMap<String, JsonValue>();
        new TreeMap<>(fields).forEach((name, field) -> sorted.put(name, sorted(field)));
        yield new JsonObject(sorted);
      }
      case JsonArray(var values) ->
          new JsonArray(values.stream().map(TemplateData::sorted).toList());
      default -> value;
    };
  }
}

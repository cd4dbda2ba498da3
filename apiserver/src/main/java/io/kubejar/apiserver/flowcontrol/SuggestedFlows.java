package io.kubejar.apiserver.flowcontrol;

import static java.util.Objects.requireNonNull;

import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfiguration;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The schemas and levels that every cluster begins with. Two of each are mandatory: who changes
/// them gets them back.
public final class SuggestedFlows {
  private static final String RESOURCE = "suggested-flows.yaml";
  private static final String AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";
  private static final Set<String> MANDATORY = Set.of("exempt", "catch-all");

  private SuggestedFlows() {}

  private static final class Loaded {
    static final List<FlowSchema> SCHEMAS = new ArrayList<>();
    static final List<PriorityLevelConfiguration> LEVELS = new ArrayList<>();

    static {
      for (var document : Yaml.parseAll(text())) {
        if (document instanceof JsonObject object) {
          var annotated = annotated(object);
          if (object.text("kind").equals("FlowSchema")) {
            SCHEMAS.add(FlowSchema.CODEC.fromTree(annotated));
          } else {
            LEVELS.add(PriorityLevelConfiguration.CODEC.fromTree(annotated));
          }
        }
      }
    }

    private Loaded() {}

    private static JsonValue annotated(JsonObject object) {
      var annotations = JsonObject.of(AUTO_UPDATE, new JsonString("true"));
      var metadata = object.object("metadata").with("annotations", annotations);
      return object.with("metadata", metadata);
    }

    private static String text() {
      try (var in = SuggestedFlows.class.getResourceAsStream(RESOURCE)) {
        return new String(requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }

  public static List<FlowSchema> schemas() {
    return List.copyOf(Loaded.SCHEMAS);
  }

  public static List<PriorityLevelConfiguration> levels() {
    return List.copyOf(Loaded.LEVELS);
  }

  static List<FlowSchema> mandatorySchemas() {
    return Loaded.SCHEMAS.stream().filter(it -> isMandatory(it.metadata().name())).toList();
  }

  static List<PriorityLevelConfiguration> mandatoryLevels() {
    return Loaded.LEVELS.stream().filter(it -> isMandatory(it.metadata().name())).toList();
  }

  public static boolean isMandatory(String name) {
    return MANDATORY.contains(name);
  }

  /// Whether an object that is there follows the suggestion. One that says nothing does if nobody
  /// has changed its spec.
  public static boolean followsSuggestion(String name, String autoUpdate, long generation) {
    return isMandatory(name)
        || autoUpdate.equals("true")
        || (autoUpdate.isEmpty() && generation == 1);
  }

  /// The annotation that says whether an object follows the suggestion.
  public static String annotation() {
    return AUTO_UPDATE;
  }
}

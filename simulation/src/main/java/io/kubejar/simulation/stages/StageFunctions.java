package io.kubejar.simulation.stages;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.simulation.template.Function;
import io.kubejar.simulation.template.TemplateException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// The functions that templates of stages call.
///
/// @param now whole seconds count
/// @param nodeName of the object, if it is a node
/// @param nodeIp where all nodes are reached
/// @param nodePort where kubelets listen; 0 if none does
/// @param nodeConditions what a node says when all is well
/// @param podIp a new address for a pod
public record StageFunctions(
    Instant now,
    String nodeName,
    String nodeIp,
    int nodePort,
    List<JsonObject> nodeConditions,
    Supplier<String> podIp) {
  static final Set<String> NAMES =
      Set.of(
          "Now",
          "Quote",
          "YAML",
          "Version",
          "NodeName",
          "NodeIP",
          "NodeIPWith",
          "NodePort",
          "NodeConditions",
          "PodIPWith");

  private static final String VERSION = "v1.36.0";

  /// By name.
  public Map<String, Function> all() {
    var address = new JsonString(nodeIp);
    return Map.of(
        "Now",
        _ -> new JsonString(now.truncatedTo(ChronoUnit.SECONDS).toString()),
        "Quote",
        arguments -> quoted(only("Quote", arguments)),
        "YAML",
        StageFunctions::yaml,
        "Version",
        _ -> new JsonString(VERSION),
        "NodeName",
        _ -> new JsonString(nodeName),
        "NodeIP",
        _ -> address,
        "NodeIPWith",
        _ -> address,
        "NodePort",
        _ -> JsonNumber.of((long) nodePort),
        "NodeConditions",
        _ -> new JsonArray(List.copyOf(nodeConditions)),
        "PodIPWith",
        _ -> new JsonString(podIp.get()));
  }

  private static JsonValue quoted(JsonValue value) {
    var text =
        switch (value) {
          case JsonString(var content) -> content;
          case JsonNull _ -> "";
          case JsonValue other -> JsonPrinter.print(other);
        };
    return new JsonString(JsonPrinter.print(new JsonString(text)));
  }

  /// JSON is YAML too; indented, it can stand below the name of a field.
  private static JsonValue yaml(List<JsonValue> arguments) {
    if (arguments.isEmpty()) {
      throw new TemplateException("missing argument of YAML");
    }
    long indent =
        arguments.size() > 1 && arguments.get(1) instanceof JsonNumber number
            ? number.longValue()
            : 0;
    return new JsonString("  ".repeat((int) indent) + JsonPrinter.print(arguments.getFirst()));
  }

  private static JsonValue only(String function, List<JsonValue> arguments) {
    if (arguments.size() != 1) {
      throw new TemplateException("wrong number of arguments of " + function);
    }
    return arguments.getFirst();
  }
}

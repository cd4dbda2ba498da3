package io.kubejar.simulation.stages;

import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.simulation.template.GoTemplate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads `Stage` objects.
final class StageReader {
  private static final Set<String> OPERATORS = Set.of("In", "NotIn", "Exists", "DoesNotExist");
  private static final Set<String> KINDS = Set.of("Pod", "Node");

  /// Anything else would silently not happen. The next stage is always looked for at once.
  private static final Set<String> KNOWN =
      Set.of(
          "resourceRef", "selector", "weight", "weightFrom", "delay", "next", "immediateNextStage");

  private static final Set<String> KNOWN_NEXT =
      Set.of("statusTemplate", "finalizers", "delete", "event");

  private StageReader() {}

  /// @throws IllegalArgumentException for a stage that cannot be followed, and why
  /// @throws io.kubejar.simulation.template.TemplateException if its template cannot be read
  static Stage read(String name, JsonObject spec) {
    requireKnown("spec", spec, KNOWN);
    var kind = spec.object("resourceRef").text("kind");
    if (!KINDS.contains(kind)) {
      throw new IllegalArgumentException("spec.resourceRef.kind: no stages of \"" + kind + '"');
    }
    return new Stage(
        name,
        kind,
        conditions(spec.object("selector")),
        Stage.number(spec, "weight", 0),
        from(spec, "weightFrom"),
        delay(spec.object("delay")),
        next(spec.object("next")));
  }

  private static void requireKnown(String where, JsonObject object, Set<String> known) {
    for (var field : object.fields().keySet()) {
      if (!known.contains(field)) {
        throw new IllegalArgumentException(where + "." + field + " is not supported");
      }
    }
  }

  private static Stage.Conditions conditions(JsonObject selector) {
    var expressions = Stage.objects(selector, "matchExpressions");
    return new Stage.Conditions(
        texts(selector.object("matchLabels")),
        texts(selector.object("matchAnnotations")),
        expressions.stream().map(StageReader::expression).toList());
  }

  private static Stage.Expression expression(JsonObject written) {
    var expression = written.has("jq") ? written.object("jq") : written;
    var operator = expression.text("operator");
    if (!OPERATORS.contains(operator)) {
      throw new IllegalArgumentException("unknown operator: " + operator);
    }
    return new Stage.Expression(
        KeyPath.parse(expression.text("key")), operator, Stage.texts(expression.list("values")));
  }

  private static StageDelay delay(JsonObject delay) {
    return new StageDelay(
        Duration.ofMillis(Stage.number(delay, "durationMilliseconds", 0)),
        from(delay, "durationFrom"),
        delay.get("jitterDurationMilliseconds") instanceof JsonNumber jitter
            ? Optional.of(Duration.ofMillis(jitter.longValue()))
            : Optional.empty(),
        from(delay, "jitterDurationFrom"));
  }

  private static Optional<KeyPath> from(JsonObject in, String name) {
    var from = in.object(name);
    var text = from.has("jq") ? from.object("jq").text("expression") : from.text("expressionFrom");
    return text.isEmpty() ? Optional.empty() : Optional.of(KeyPath.parse(text));
  }

  private static Stage.Next next(JsonObject next) {
    requireKnown("spec.next", next, KNOWN_NEXT);
    var template = next.text("statusTemplate");
    var finalizers = next.object("finalizers");
    var event = next.object("event");
    return new Stage.Next(
        template.isEmpty() ? null : GoTemplate.parse(template, StageFunctions.NAMES),
        values(finalizers, "add"),
        values(finalizers, "remove"),
        JsonBoolean.TRUE.equals(finalizers.get("empty")),
        JsonBoolean.TRUE.equals(next.get("delete")),
        event.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Stage.Event(event.text("type"), event.text("reason"), event.text("message"))));
  }

  private static List<String> values(JsonObject in, String name) {
    return Stage.objects(in, name).stream().map(it -> it.text("value")).toList();
  }

  private static Map<String, String> texts(JsonObject object) {
    var texts = new HashMap<String, String>();
    object
        .fields()
        .forEach(
            (name, value) ->
                texts.put(name, value instanceof JsonString(var text) ? text : value.toString()));
    return texts;
  }
}

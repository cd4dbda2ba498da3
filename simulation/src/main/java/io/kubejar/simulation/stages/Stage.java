package io.kubejar.simulation.stages;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.simulation.template.GoTemplate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One stage, ready to use.
///
/// @param kind what it is about, `Pod` or `Node`
/// @param next what it changes
record Stage(
    String name,
    String kind,
    Conditions conditions,
    long weight,
    Optional<KeyPath> weightFrom,
    StageDelay delay,
    Next next) {

  /// What an object must be like.
  record Conditions(
      Map<String, String> labels, Map<String, String> annotations, List<Expression> expressions) {
    boolean hold(JsonObject object) {
      var metadata = object.object("metadata");
      return contains(metadata.object("labels"), labels)
          && contains(metadata.object("annotations"), annotations)
          && expressions.stream().allMatch(it -> it.holds(object));
    }

    private static boolean contains(JsonObject actual, Map<String, String> wanted) {
      return wanted.entrySet().stream()
          .allMatch(
              it -> actual.has(it.getKey()) && actual.text(it.getKey()).equals(it.getValue()));
    }
  }

  /// One condition.
  record Expression(KeyPath key, String operator, List<String> values) {
    boolean holds(JsonObject object) {
      var found = key.texts(object);
      return switch (operator) {
        case "Exists" -> !found.isEmpty();
        case "DoesNotExist" -> found.isEmpty();
        case "In" -> found.stream().anyMatch(values::contains);
        default -> found.stream().noneMatch(values::contains); // NotIn: others are not read.
      };
    }
  }

  /// What becomes of an object.
  ///
  /// @param template of its status; null leaves it
  record Next(
      @Nullable GoTemplate template,
      List<String> finalizersAdded,
      List<String> finalizersRemoved,
      boolean finalizersEmptied,
      boolean delete,
      Optional<Event> event) {

    /// The finalizers afterwards, if they change.
    Optional<List<String>> finalizers(JsonObject object) {
      var before = texts(object.object("metadata").list("finalizers"));
      var after =
          finalizersEmptied
              ? List.<String>of()
              : Stream.concat(
                      before.stream().filter(it -> !finalizersRemoved.contains(it)),
                      finalizersAdded.stream())
                  .distinct()
                  .toList();
      return after.equals(before) ? Optional.empty() : Optional.of(after);
    }
  }

  /// What is told of it.
  record Event(String type, String reason, String message) {}

  /// How likely it is among the stages that fit.
  long weight(JsonObject object) {
    return weightFrom
        .flatMap(path -> path.texts(object).stream().findFirst())
        .flatMap(StageDelay::number)
        .orElse(weight);
  }

  static List<String> texts(List<JsonValue> values) {
    return values.stream()
        .map(it -> it instanceof JsonString(var text) ? text : it.toString())
        .toList();
  }

  static long number(JsonObject in, String name, long usual) {
    return in.get(name) instanceof JsonNumber number ? number.longValue() : usual;
  }

  static List<JsonObject> objects(JsonObject in, String name) {
    return Objects.requireNonNullElse(in.get(name), JsonArray.EMPTY) instanceof JsonArray array
        ? array.values().stream()
            .filter(JsonObject.class::isInstance)
            .map(JsonObject.class::cast)
            .toList()
        : List.of();
  }

  /// When it begins for an object that is in it from now on.
  Instant begin(JsonObject object, Instant now, RandomGenerator random) {
    return now.plus(delay.of(object, now, random));
  }
}

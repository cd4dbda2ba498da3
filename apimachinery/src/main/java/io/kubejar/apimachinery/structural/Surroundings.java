package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The way from a resource to a part of it, to build a resource around a default value and to find
/// the value in it again.
///
/// @param steps from the resource to the part
record Surroundings(List<Step> steps) {
  static final Surroundings NONE = new Surroundings(List.of());

  /// To a field.
  ///
  /// @param name null stands for the only item of a list
  record Step(@Nullable String name) {}

  Surroundings child(String name) {
    return with(new Step(name));
  }

  Surroundings item() {
    return with(new Step(null));
  }

  private Surroundings with(Step step) {
    var longer = new ArrayList<>(steps);
    longer.add(step);
    return new Surroundings(longer);
  }

  /// The value in as little of a resource as it takes; null if it must be an object and is none.
  @Nullable JsonObject around(JsonValue value) {
    var built = value;
    for (int i = steps.size() - 1; i >= 0; i--) {
      var name = steps.get(i).name();
      built = name == null ? JsonArray.of(built) : JsonObject.of(name, built);
    }
    return built instanceof JsonObject object ? object : null;
  }

  /// What stands in the place of the value now; null if nothing does.
  @Nullable JsonValue inside(JsonObject resource) {
    JsonValue found = resource;
    for (var step : steps) {
      found =
          switch (found) {
            case JsonObject object when step.name() != null -> object.get(step.name());
            case JsonArray array when step.name() == null && !array.isEmpty() -> array.get(0);
            case null, default -> null;
          };
    }
    return found;
  }
}

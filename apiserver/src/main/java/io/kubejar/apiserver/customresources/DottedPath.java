package io.kubejar.apiserver.customresources;

import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A way through objects by the names of their fields, such as `.spec.replicas`.
record DottedPath(List<String> names) {

  static DottedPath of(String path) {
    var plain = path.startsWith(".") ? path.substring(1) : path;
    return new DottedPath(List.of(plain.split("\\.", -1)));
  }

  /// What is there; empty if there is nothing, or null.
  Optional<JsonValue> find(JsonObject root) {
    JsonValue value = root;
    for (var name : names) {
      if (!(value instanceof JsonObject object)) {
        return Optional.empty();
      }
      value = object.get(name);
    }
    return Optional.ofNullable(value).filter(found -> !(found instanceof JsonNull));
  }

  /// The same tree with another value there. Objects that are missing on the way are made.
  JsonObject set(JsonObject root, JsonValue value) {
    return set(root, names, value);
  }

  private static JsonObject set(@Nullable JsonValue at, List<String> way, JsonValue value) {
    var object = at instanceof JsonObject found ? found : JsonObject.EMPTY;
    var name = way.getFirst();
    var rest = way.subList(1, way.size());
    return object.with(name, rest.isEmpty() ? value : set(object.get(name), rest, value));
  }
}

package io.kubejar.apiserver.authn;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The object that a token lives and dies with.
record TokenBinding(String name, String uid) {
  JsonObject toJson() {
    return new JsonObject(
        new LinkedHashMap<>(Map.of("name", new JsonString(name), "uid", new JsonString(uid))));
  }

  /// A claim's binding; null if there is no such claim.
  static @Nullable TokenBinding from(JsonObject claims, String kind) {
    if (!(claims.get(kind) instanceof JsonObject binding)) {
      return null;
    }
    return new TokenBinding(binding.text("name"), binding.text("uid"));
  }
}

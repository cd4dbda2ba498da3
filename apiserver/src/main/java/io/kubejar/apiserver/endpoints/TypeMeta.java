package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonReader;

/// What a JSON text says it is. Texts that cannot be read say nothing.
record TypeMeta(String apiVersion, String kind) {
  private static final TypeMeta UNKNOWN = new TypeMeta("", "");

  static TypeMeta of(byte[] json) {
    try {
      var in = JsonReader.of(json);
      if (!in.beginObject("runtime.TypeMeta")) {
        return UNKNOWN;
      }
      var apiVersion = "";
      var kind = "";
      for (var name = in.nextName(); name != null; name = in.nextName()) {
        switch (name) {
          case "apiVersion" -> apiVersion = in.string();
          case "kind" -> kind = in.string();
          default -> in.skip();
        }
        if (!apiVersion.isEmpty() && !kind.isEmpty()) {
          break;
        }
      }
      return new TypeMeta(apiVersion, kind);
    } catch (JsonFormatException _) {
      return UNKNOWN;
    }
  }
}

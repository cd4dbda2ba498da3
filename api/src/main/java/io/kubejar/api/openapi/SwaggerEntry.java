package io.kubejar.api.openapi;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import org.jspecify.annotations.Nullable;

/// A path or a definition of the document of version 2, in both of its formats. The second one is
/// made when somebody asks for it.
final class SwaggerEntry {
  private final Kind kind;
  private final String name;
  private final byte[] json;
  private volatile byte @Nullable [] protobuf;

  /// What it is.
  enum Kind {
    PATH,
    DEFINITION
  }

  /// @param json which nobody changes any more
  SwaggerEntry(Kind kind, String name, byte[] json) {
    this.kind = kind;
    this.name = name;
    this.json = json;
  }

  byte[] json() {
    return json;
  }

  JsonObject tree() {
    return JsonParser.parse(json) instanceof JsonObject object ? object : JsonObject.EMPTY;
  }

  /// As the field of the message that has all paths, or all definitions.
  byte[] protobuf() {
    var known = protobuf;
    if (known == null) {
      known =
          switch (kind) {
            case PATH -> GnosticWriter.namedPath(name, tree());
            case DEFINITION -> GnosticWriter.namedDefinition(name, tree());
          };
      protobuf = known; // Two at once make the same.
    }
    return known;
  }
}
